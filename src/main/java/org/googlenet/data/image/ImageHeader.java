package org.googlenet.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The format and size that an image's first bytes declare, read before anything is decoded.
 *
 * <p>After ITU T.81 (JPEG), ISO/IEC 15948 (PNG), RFC 9649 (WebP), GIF 89a, Microsoft's
 * BITMAPINFOHEADER and its kin (BMP), and TIFF 6.0.
 *
 * @param width in pixels, before any orientation is applied
 * @param height in pixels, before any orientation is applied
 */
public record ImageHeader(Format format, int width, int height) {

  private static final int PNG_IHDR = 0x49484452;

  /** The bytes of the only BMP header whose sizes have 16 bits. */
  private static final int BMP_CORE = 12;

  /** The values of BMP's field of compression that mean a JPEG and a PNG. */
  private static final List<Integer> BMP_EMBEDDED = List.of(4, 5);

  /** None, CCITT's, LZW, JPEG, Deflate by its two numbers, and PackBits. */
  private static final List<Long> TIFF_COMPRESSIONS =
      List.of(1L, 2L, 3L, 4L, 5L, 7L, 8L, 32_773L, 32_946L);

  private static final int BITS_14 = 0x3FFF;
  private static final int BITS_24 = 0xFFFFFF;

  /** The encodings that a data set may hold. */
  public enum Format {
    JPEG("jpg", 65_500),
    PNG("png", 1_000_000),
    WEBP("webp", 16_383),
    GIF("gif", 65_535),
    BMP("bmp", 1_000_000),
    TIFF("tiff", 1_000_000);

    private static final Pattern EXTENSION =
        Pattern.compile("jpe?g|jpe|jfif|png|webp|gif|bmp|tiff?", Pattern.CASE_INSENSITIVE);

    private final String extension;
    private final int longest;

    Format(String extension, int longest) {
      this.extension = extension;
      this.longest = longest;
    }

    /** The extension of an entry's name in a shard, without the dot. */
    public String extension() {
      return extension;
    }

    /**
     * Whether files of one of the formats are named so.
     *
     * @param extension without the dot, in any case
     */
    public static boolean hasExtension(String extension) {
      return EXTENSION.matcher(extension).matches();
    }

    /** The most pixels that an image may have in a row or column: the libraries take no more. */
    int longest() {
      return longest;
    }
  }

  /**
   * Reads the header by content, whatever the file is called (ImageNet has a PNG named .JPEG).
   *
   * @throws UnreadableImage if it is not of these formats, or damaged, or of a kind that is not
   *     supported
   */
  public static ImageHeader of(byte[] image) throws UnreadableImage {
    FileType type = FileType.of(image);
    if (!type.isDecoded()) {
      throw new UnreadableImage(type.refusal(image.length));
    }
    Format format = Format.valueOf(type.name());
    Size size;
    try {
      size = size(format, image);
    } catch (IndexOutOfBoundsException e) {
      throw new UnreadableImage("is a " + format + " without a header", e);
    }
    if (size.width < 1 || size.height < 1) {
      throw new UnreadableImage("declares " + size + " pixels");
    }
    if (Math.max(size.width, size.height) > format.longest) {
      throw new UnreadableImage(
          String.format(
              Locale.ROOT,
              "declares %s pixels, and more than %d a side are not supported in a %s",
              size,
              format.longest,
              format));
    }
    return new ImageHeader(format, (int) size.width, (int) size.height);
  }

  int shorterSide() {
    return Math.min(width, height);
  }

  /** The number of pixels. */
  long pixels() {
    return (long) width * height;
  }

  /** A size as it is declared, whether or not there can be such images. */
  private record Size(long width, long height) {

    @Override
    public String toString() {
      return width + " x " + height;
    }
  }

  private static Size size(Format format, byte[] image) throws UnreadableImage {
    return switch (format) {
      case JPEG -> jpeg(image);
      case PNG -> png(ByteBuffer.wrap(image));
      case WEBP -> webp(image);
      case GIF -> gif(littleEndian(image));
      case BMP -> bmp(littleEndian(image));
      case TIFF -> tiff(image);
    };
  }

  private static ByteBuffer littleEndian(byte[] image) {
    return ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Size jpeg(byte[] image) throws UnreadableImage {
    JpegFrame frame = JpegFrame.of(image);
    return new Size(frame.width(), frame.height());
  }

  private static Size png(ByteBuffer png) throws UnreadableImage {
    if (png.getInt(12) != PNG_IHDR) {
      throw new UnreadableImage("is a PNG without a header");
    }
    return new Size(unsigned(png.getInt(16)), unsigned(png.getInt(20)));
  }

  /** A simple file has one chunk; an extended one begins with the size of its canvas. */
  private static Size webp(byte[] image) throws UnreadableImage {
    RiffChunks chunks = new RiffChunks(image);
    if (!chunks.next()) {
      throw new UnreadableImage("is a WebP without a header");
    }
    ByteBuffer content = chunks.content();
    switch (chunks.name()) {
      case "VP8X" -> {
        return new Size(
            1 + (content.getInt(4) & BITS_24), 1 + ((content.getInt(6) >>> 8) & BITS_24));
      }
      case "VP8L" -> {
        int bits = content.getInt(1);
        return new Size(1 + (bits & BITS_14), 1 + (bits >>> 14 & BITS_14));
      }
      case "VP8 " -> {
        return new Size(content.getShort(6) & BITS_14, content.getShort(8) & BITS_14);
      }
      default -> throw new UnreadableImage("is a WebP without a header");
    }
  }

  /** The logical screen, which is what is decoded. */
  private static Size gif(ByteBuffer gif) {
    return new Size(gif.getShort(6) & 0xFFFF, gif.getShort(8) & 0xFFFF);
  }

  /** A negative height says that the rows begin at the top. */
  private static Size bmp(ByteBuffer bmp) throws UnreadableImage {
    if (bmp.getInt(14) == BMP_CORE) {
      return new Size(bmp.getShort(18) & 0xFFFF, bmp.getShort(20) & 0xFFFF);
    }
    if (BMP_EMBEDDED.contains(bmp.getInt(30))) {
      throw new UnreadableImage("is a BMP with a JPEG or PNG inside, which is not supported");
    }
    return new Size(bmp.getInt(18), Math.abs((long) bmp.getInt(22)));
  }

  private static Size tiff(byte[] image) throws UnreadableImage {
    TiffDirectory directory = TiffDirectory.of(ByteBuffer.wrap(image));
    long compression = directory.value(TiffDirectory.COMPRESSION).orElse(1);
    if (!TIFF_COMPRESSIONS.contains(compression)) {
      throw new UnreadableImage(
          "is a TIFF of compression " + compression + ", which is not supported");
    }
    if (directory.value(TiffDirectory.BITS).orElse(1) > 16
        || directory.value(TiffDirectory.SAMPLE_FORMAT).orElse(1) > 1) {
      throw new UnreadableImage(
          "is a TIFF of other numbers than unsigned ones of up to 16 bits, which are not supported");
    }
    Size size =
        new Size(
            directory.value(TiffDirectory.WIDTH).orElse(0),
            directory.value(TiffDirectory.HEIGHT).orElse(0));
    // Memory is taken for a tile as a whole, which the image need not fill.
    if (directory.value(TiffDirectory.TILE_WIDTH).orElse(0) > 2 * size.width + 256
        || directory.value(TiffDirectory.TILE_HEIGHT).orElse(0) > 2 * size.height + 256) {
      throw new UnreadableImage("is a TIFF with tiles larger than the image");
    }
    return size;
  }

  private static long unsigned(int value) {
    return value & 0xFFFFFFFFL;
  }
}
