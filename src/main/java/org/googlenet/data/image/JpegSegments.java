package org.googlenet.data.image;

import java.nio.ByteBuffer;

/**
 * Walks through the marker segments of a JPEG as libjpeg does (ITU T.81, annex B): what lies
 * between two segments, be it the data of a scan or junk, is passed over.
 */
final class JpegSegments {

  static final int APP1 = 0xE1;
  static final int SOS = 0xDA;
  private static final int EOI = 0xD9;
  private static final int TEM = 0x01;
  private static final int RST0 = 0xD0;
  private static final int RST7 = 0xD7;

  private final byte[] image;
  private int marker;
  private int from;
  private int to = 2;

  /**
   * @param image begins with the marker SOI
   */
  JpegSegments(byte[] image) {
    this.image = image;
  }

  /** Goes to the next segment; returns false if the image ends before it. */
  boolean next() {
    int at = to;
    do {
      at = behindMarker(at);
      if (at < 0) {
        return false;
      }
      marker = image[at - 1] & 0xFF;
    } while (marker == TEM || (marker >= RST0 && marker <= RST7));
    if (marker == EOI || at + 2 > image.length) {
      return false;
    }
    int length = (image[at] & 0xFF) << 8 | (image[at + 1] & 0xFF);
    from = at + 2;
    to = at + length;
    return length >= 2 && to <= image.length;
  }

  /** The second byte of the segment's marker. */
  int marker() {
    return marker;
  }

  /** What the segment holds, behind its length. */
  ByteBuffer content() {
    return ByteBuffer.wrap(image, from, to - from).slice();
  }

  /** The place behind the next marker: FF, or several, and a byte that is neither FF nor 0. */
  private int behindMarker(int start) {
    int at = start;
    while (true) {
      while (at < image.length && image[at] != (byte) 0xFF) {
        at++;
      }
      while (at < image.length && image[at] == (byte) 0xFF) {
        at++;
      }
      if (at >= image.length) {
        return -1;
      }
      if (image[at] != 0) {
        return at + 1;
      }
    }
  }
}
