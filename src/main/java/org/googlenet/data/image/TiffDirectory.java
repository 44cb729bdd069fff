package org.googlenet.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The first directory of a TIFF 6.0 structure, which is also the form of EXIF: the first value of
 * each tag that has whole numbers.
 */
record TiffDirectory(Map<Integer, Long> values) {

  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int COMPRESSION = 259;
  static final int ORIENTATION = 274;
  static final int TILE_WIDTH = 322;
  static final int TILE_HEIGHT = 323;
  static final int SAMPLE_FORMAT = 339;

  private static final int ENTRY = 12;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int SIGNED_SHORT = 8;
  private static final int SIGNED_LONG = 9;

  /** Reads it; tags that lie outside the bytes are left out, and so may all be. */
  static TiffDirectory of(ByteBuffer bytes) {
    Map<Integer, Long> values = new LinkedHashMap<>();
    ByteBuffer tiff = bytes.slice();
    if (tiff.limit() >= 8) {
      tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      long directory = tiff.getInt(4) & 0xFFFFFFFFL;
      if (directory + 2 <= tiff.limit()) {
        int entries = tiff.getShort((int) directory) & 0xFFFF;
        for (int i = 0; i < entries; i++) {
          long at = directory + 2 + (long) ENTRY * i;
          if (at + ENTRY <= tiff.limit()) {
            read(tiff, (int) at, values);
          }
        }
      }
    }
    return new TiffDirectory(values);
  }

  /** The first value of a tag; empty if the directory does not have it as a whole number. */
  OptionalLong value(int tag) {
    Long value = values.get(tag);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static void read(ByteBuffer tiff, int at, Map<Integer, Long> values) {
    int tag = tiff.getShort(at) & 0xFFFF;
    int type = tiff.getShort(at + 2) & 0xFFFF;
    long count = tiff.getInt(at + 4) & 0xFFFFFFFFL;
    boolean isShort = type == SHORT || type == SIGNED_SHORT;
    if (count == 0 || !(isShort || type == LONG || type == SIGNED_LONG)) {
      return;
    }
    long size = isShort ? 2 : 4;
    long place = size * count <= 4 ? at + 8 : tiff.getInt(at + 8) & 0xFFFFFFFFL;
    if (place + size <= tiff.limit()) {
      long value =
          isShort ? tiff.getShort((int) place) & 0xFFFF : tiff.getInt((int) place) & 0xFFFFFFFFL;
      values.putIfAbsent(tag, value);
    }
  }
}
