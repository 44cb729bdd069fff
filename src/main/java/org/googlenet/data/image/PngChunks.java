package org.googlenet.data.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Walks through the chunks of a PNG (ISO/IEC 15948, clause 5.3). */
final class PngChunks {

  /** Length, name and checksum of a chunk. */
  private static final int AROUND = 12;

  private final ByteBuffer file;
  private int from;
  private long to = 8;

  PngChunks(byte[] file) {
    this.file = ByteBuffer.wrap(file);
  }

  /** Goes to the next chunk; returns false after the last that is whole. */
  boolean next() {
    if (to + AROUND > file.limit()) {
      return false;
    }
    from = (int) to + 8;
    to += AROUND + (file.getInt((int) to) & 0xFFFFFFFFL);
    return to <= file.limit();
  }

  /** The four letters that name the chunk. */
  String name() {
    return new String(file.array(), from - 4, 4, StandardCharsets.ISO_8859_1);
  }

  /** What the chunk holds. */
  ByteBuffer content() {
    return file.slice(from, (int) to - 4 - from);
  }

  /** Where the last chunk ends, or would end if the file were whole. */
  long end() {
    return to;
  }
}
