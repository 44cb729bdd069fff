package org.googlenet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;

/**
 * An answer by which S3 refuses a request.
 *
 * @param status of HTTP, such as {@code 503 Slow Down}
 * @param code S3's word for it
 * @param message the sentence beside the code
 */
record S3Error(String status, String code, String message) {

  /** The whole answer; without its body where only the head was asked for. */
  byte[] answer(boolean toHead) {
    String body =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>%s</Code><Message>%s</Message><RequestId>0</RequestId></Error>"""
            .formatted(code, message);
    String head =
        String.format(
            Locale.ROOT,
            "HTTP/1.1 %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n",
            status,
            body.length());
    return (toHead ? head : head + body).getBytes(ISO_8859_1);
  }
}
