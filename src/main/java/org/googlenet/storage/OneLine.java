package org.googlenet.storage;

/**
 * Shortens an exception's message to one line: storage clients often answer with whole paragraphs.
 */
final class OneLine {

  private static final int LONGEST = 300;

  private static final String EXCEPTION = "(?:[a-z]\\w*\\.)+[A-Z]\\w*(?:Exception|Error): ";

  private OneLine() {}

  /**
   * The storage's answer, taken out of its client's message. S3A's messages repeat the path and
   * contain names of exceptions: for {@code getFileStatus on s3a://b/x: a.b.S3Exception: Forbidden
   * (Service: S3, Status Code: 403, Request ID: 1):null} the answer is {@code Forbidden (Service:
   * S3, Status Code: 403)}.
   */
  static String answer(Throwable e) {
    return of(e)
        .replaceFirst("^.*?" + EXCEPTION, "")
        .replaceFirst(":\\s+" + EXCEPTION + ".*$", "")
        .replaceFirst("(Status Code: \\d+[^)]*\\)).*$", "$1")
        .replaceFirst("[,;] Request ID: [^)]*", "")
        .replaceFirst("\\):[\\w ]*$", ")");
  }

  static String of(Throwable e) {
    String message = e.getMessage();
    String text =
        message == null || message.isBlank()
            ? e.getClass().getSimpleName()
            : message.strip().lines().findFirst().orElseThrow().strip();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
