package org.googlenet.data.image;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * The frame header of a JPEG (ITU T.81, B.2.2).
 *
 * @param process the last four bits of its marker, which name the way of coding
 * @param components of a pixel
 */
record JpegFrame(int process, int width, int height, int components) {

  /** The most scans that are decoded; each goes over all of the image, however few bytes it has. */
  static final int MAX_SCANS = 100;

  private static final int SOF0 = 0xC0;
  private static final int PROGRESSIVE = 2;
  private static final int LOSSLESS = 3;
  private static final int ARITHMETIC = 8;

  /**
   * Finds the frame header.
   *
   * @throws UnreadableImage if there is none, or libjpeg does not decode JPEGs of this kind
   */
  static JpegFrame of(byte[] image) throws UnreadableImage {
    JpegSegments segments = new JpegSegments(image);
    while (segments.next() && segments.marker() != JpegSegments.SOS) {
      if (isFrame(segments.marker()) && segments.content().limit() >= 6) {
        return frame(segments.marker() - SOF0, segments.content());
      }
    }
    throw new UnreadableImage("is a JPEG that ends before its frame header");
  }

  /** Start of frame is C0 to CF without C4 (Huffman tables), C8 (reserved), CC (arithmetic). */
  private static boolean isFrame(int marker) {
    return marker >= SOF0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static JpegFrame frame(int process, ByteBuffer content) throws UnreadableImage {
    int bits = content.get(0) & 0xFF;
    if ((process & ~ARITHMETIC) > LOSSLESS || process == ARITHMETIC + LOSSLESS) {
      throw new UnreadableImage(
          "is a hierarchical or an arithmetic lossless JPEG, which is not supported");
    }
    if (bits != 8) {
      throw new UnreadableImage(
          String.format(
              Locale.ROOT, "is a JPEG of %d bits per sample, and only 8 are supported", bits));
    }
    return new JpegFrame(
        process, content.getShort(3) & 0xFFFF, content.getShort(1) & 0xFFFF, content.get(5) & 0xFF);
  }

  /**
   * Whether libjpeg can decode it at a fraction of its size, and with less memory: not if it is
   * lossless, nor if the whole image's coefficients must be kept, since they come in several scans.
   *
   * @throws UnreadableImage if there are more than {@value #MAX_SCANS} scans
   */
  boolean shrinks(byte[] image) throws UnreadableImage {
    JpegSegments segments = new JpegSegments(image);
    int scans = 0;
    while (segments.next()) {
      if (segments.marker() != JpegSegments.SOS) {
        continue;
      }
      if (scans == 0 && isWhole(segments.content())) {
        return process != LOSSLESS;
      }
      scans++;
      if (scans > MAX_SCANS) {
        throw new UnreadableImage(
            String.format(
                Locale.ROOT, "is a JPEG of more than %d scans, which is not supported", MAX_SCANS));
      }
    }
    return process != LOSSLESS && scans <= 1;
  }

  /** Whether the first scan has everything: then libjpeg looks at no other. */
  private boolean isWhole(ByteBuffer scan) {
    boolean progressive = (process & ~ARITHMETIC) == PROGRESSIVE;
    return !progressive && scan.limit() > 0 && (scan.get(0) & 0xFF) == components;
  }
}
