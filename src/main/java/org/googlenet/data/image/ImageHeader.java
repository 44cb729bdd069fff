package org.googlenet.data.image;

import java.util.Locale;

/**
 * The format and size that an image's first bytes declare, read before anything is decoded.
 *
 * <p>After ITU T.81 (JPEG), annex B, and ISO/IEC 15948 (PNG), clause 11.
 *
 * @param width in pixels, before any EXIF orientation is applied
 * @param height in pixels, before any EXIF orientation is applied
 */
public record ImageHeader(Format format, int width, int height) {

  /** The most pixels that are decoded: a larger image is refused before memory is taken. */
  static final long MAX_PIXELS = 100_000_000;

  private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int PNG_IHDR = 0x49484452;

  /** The encodings that a data set may hold. */
  public enum Format {
    JPEG("jpg"),
    PNG("png");

    private final String extension;

    Format(String extension) {
      this.extension = extension;
    }

    /** The extension of an entry's name in a shard, without the dot. */
    public String extension() {
      return extension;
    }
  }

  /**
   * Reads the header by content, whatever the file is called (ImageNet has a PNG named .JPEG).
   *
   * @throws UnreadableImage if it is neither JPEG nor PNG, damaged, or of more than 100 megapixels
   */
  public static ImageHeader of(byte[] image) throws UnreadableImage {
    ImageHeader header;
    if (image.length >= 24 && bigEndian(image, 0, 8) == PNG_SIGNATURE) {
      header = png(image);
    } else if (image.length >= 4 && bigEndian(image, 0, 3) == 0xFFD8FF) {
      header = jpeg(image);
    } else {
      throw new UnreadableImage("is neither JPEG nor PNG (" + image.length + " bytes)");
    }
    long pixels = (long) header.width * header.height;
    if (header.width < 1 || header.height < 1 || pixels > MAX_PIXELS) {
      throw new UnreadableImage(
          String.format(
              Locale.ROOT,
              "declares %d x %d pixels, outside 1 to %d megapixels",
              header.width,
              header.height,
              MAX_PIXELS / 1_000_000));
    }
    return header;
  }

  int shorterSide() {
    return Math.min(width, height);
  }

  private static ImageHeader png(byte[] image) throws UnreadableImage {
    if (bigEndian(image, 12, 4) != PNG_IHDR) {
      throw new UnreadableImage("is a PNG without a header");
    }
    return new ImageHeader(
        Format.PNG, (int) bigEndian(image, 16, 4), (int) bigEndian(image, 20, 4));
  }

  private static ImageHeader jpeg(byte[] image) throws UnreadableImage {
    int at = 2;
    while (at + 9 <= image.length && image[at] == (byte) 0xFF) {
      int marker = image[at + 1] & 0xFF;
      if (isFrame(marker)) {
        return new ImageHeader(
            Format.JPEG, (int) bigEndian(image, at + 7, 2), (int) bigEndian(image, at + 5, 2));
      }
      boolean padding = marker == 0xFF;
      at += padding ? 1 : 2 + (int) bigEndian(image, at + 2, 2);
    }
    throw new UnreadableImage("is a JPEG that ends before its frame header");
  }

  /** Start of frame is C0 to CF without C4 (Huffman tables), C8 (reserved), CC (arithmetic). */
  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static long bigEndian(byte[] bytes, int at, int length) {
    long value = 0;
    for (int i = 0; i < length; i++) {
      value = value << 8 | (bytes[at + i] & 0xFF);
    }
    return value;
  }
}
