package org.googlenet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What stands before the body of an HTTP request.
 *
 * @param lines request line and headers; none if the client closed instead
 */
record RequestHead(List<String> lines) {

  private static final int LIMIT = 1 << 16;

  /** Reads up to the empty line. */
  static RequestHead read(InputStream in) throws IOException {
    List<String> lines = new ArrayList<>();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int read = 0; read < LIMIT; read++) {
      int b = in.read();
      if (b < 0) {
        return new RequestHead(List.of());
      }
      if (b != '\n') {
        line.write(b);
        continue;
      }
      String text = line.toString(ISO_8859_1).stripTrailing();
      line.reset();
      if (text.isEmpty()) {
        return new RequestHead(lines);
      }
      lines.add(text);
    }
    throw new IOException("the head of a request has more than " + LIMIT + " bytes");
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  /** Such as {@code PUT /bucket/x HTTP/1.1}. */
  String requestLine() {
    return lines.get(0);
  }

  /** Whether the answer has no body, whatever it says of one. */
  boolean asksForHead() {
    return requestLine().startsWith("HEAD ");
  }

  boolean isSignedBy(String accessKey) {
    return lines.stream()
        .anyMatch(
            line ->
                nameOf(line).equals("authorization")
                    && line.contains("Credential=" + accessKey + "/"));
  }

  /** Bytes of the body, 0 if it does not say. */
  long contentLength() throws IOException {
    for (String line : headers()) {
      if (nameOf(line).equals("transfer-encoding")) {
        throw new IOException("a request in chunks is not relayed: " + line);
      }
      if (nameOf(line).equals("content-length")) {
        return Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return 0;
  }

  /** Whether the client waits for a word before it sends the body. */
  boolean expectsContinue() {
    return headers().stream().anyMatch(line -> nameOf(line).equals("expect"));
  }

  /**
   * What the server gets: it is to end its answer with the connection; the expectation was met.
   *
   * @param dropped names of headers to leave out, in lower case
   */
  byte[] forServer(Set<String> dropped) {
    StringBuilder text = new StringBuilder(requestLine()).append("\r\n");
    for (String line : headers()) {
      String name = nameOf(line);
      if (!name.equals("expect") && !name.equals("connection") && !dropped.contains(name)) {
        text.append(line).append("\r\n");
      }
    }
    return text.append("Connection: close\r\n\r\n").toString().getBytes(ISO_8859_1);
  }

  private List<String> headers() {
    return lines.subList(1, lines.size());
  }

  private static String nameOf(String headerLine) {
    int colon = headerLine.indexOf(':');
    return headerLine.substring(0, Math.max(colon, 0)).strip().toLowerCase(Locale.ROOT);
  }
}
