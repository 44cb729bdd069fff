package org.googlenet.storage;

/** What an exception says, as one line: stores' clients like to answer with whole paragraphs. */
final class OneLine {

  private static final int LONGEST = 300;

  private OneLine() {}

  static String of(Throwable e) {
    String message = e.getMessage();
    String text =
        message == null || message.isBlank()
            ? e.getClass().getSimpleName()
            : message.strip().lines().findFirst().orElseThrow().strip();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
