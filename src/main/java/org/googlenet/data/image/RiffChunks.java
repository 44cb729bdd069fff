package org.googlenet.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Walks through the chunks of a WebP, or of another file in RIFF's form. */
final class RiffChunks {

  private static final int HEADER = 8;

  private final ByteBuffer file;
  private int from;
  private long to = 12;

  RiffChunks(byte[] file) {
    this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Goes to the next chunk; returns false after the last. */
  boolean next() {
    if (to + HEADER > file.limit()) {
      return false;
    }
    from = (int) to + HEADER;
    long length = file.getInt((int) to + 4) & 0xFFFFFFFFL;
    to = from + length + length % 2;
    return true;
  }

  /** The four letters that name the chunk. */
  String name() {
    return new String(file.array(), from - HEADER, 4, StandardCharsets.ISO_8859_1);
  }

  /** What the chunk holds, in little-endian order; less than it declares if the file ends. */
  ByteBuffer content() {
    int length = (int) Math.min(file.getInt(from - 4) & 0xFFFFFFFFL, file.limit() - (long) from);
    return file.slice(from, length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
