package org.googlenet.data.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_8;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGRA2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2BGR;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.googlenet.common.NativeFolder;
import org.googlenet.data.image.ImageHeader.Format;

/**
 * An image whose header has been read and found within the limits, so that it may be decoded: to
 * upright pixels of three channels of 8 bits, blue first.
 *
 * @param leastReduction 1, 2, 4 or 8: the size is divided by that much at least, to stay within the
 *     limit
 */
@SuppressWarnings("ArrayRecordComponent")
record EncodedImage(byte[] bytes, ImageHeader header, Alpha alpha, int leastReduction) {

  static {
    NativeFolder.choose();
  }

  private static final int SMALLEST = 8;

  /** The end of a PNG: the chunk IEND. */
  private static final byte[] PNG_END = HexFormat.of().parseHex("0000000049454E44AE426082");

  /** The end of a GIF. */
  private static final byte GIF_END = 0x3B;

  /** One step of alpha in 8 bits, among those in 16. */
  private static final double FROM_16_BITS = 1 / 257.0;

  /**
   * Reads the header.
   *
   * @throws UnreadableImage if the image is of another format, of a kind that is not supported, or
   *     too large
   */
  static EncodedImage of(byte[] image, Decoding decoding) throws UnreadableImage {
    ImageHeader header = ImageHeader.of(image);
    boolean canShrink = header.format() == Format.JPEG && JpegFrame.of(image).shrinks(image);
    int reduction = 1;
    while (header.pixels() / ((long) reduction * reduction) > decoding.maxPixels()) {
      if (!canShrink || reduction == SMALLEST) {
        throw new UnreadableImage(
            String.format(
                Locale.ROOT,
                "declares %d x %d pixels%s, more than %d megapixels (input.maxMegapixels)",
                header.width(),
                header.height(),
                reduction > 1 ? ", even at an eighth" : "",
                decoding.maxMegapixels()));
      }
      reduction *= 2;
    }
    return new EncodedImage(image, header, decoding.alpha(), reduction);
  }

  /**
   * Decodes. Call it within a pointer scope.
   *
   * @param reduction 1, 2, 4 or 8: what the size is to be divided by; 1 for anything but JPEG,
   *     since OpenCV would decode the others as a whole and then resize
   * @throws UnreadableImage if the image is damaged
   */
  Mat decode(int reduction) throws UnreadableImage {
    Mat pixels =
        mayHaveAlpha() ? decodeWithAlpha() : read(mode(Math.max(reduction, leastReduction)));
    return turn(pixels, Orientation.of(bytes, header.format()));
  }

  private static int mode(int reduction) {
    return IMREAD_IGNORE_ORIENTATION
        | switch (reduction) {
          case 8 -> IMREAD_REDUCED_COLOR_8;
          case 4 -> IMREAD_REDUCED_COLOR_4;
          case 2 -> IMREAD_REDUCED_COLOR_2;
          default -> IMREAD_COLOR;
        };
  }

  private Mat read(int mode) throws UnreadableImage {
    byte[] complete = complete();
    Mat decoded;
    try {
      decoded = opencv_imgcodecs.imdecode(new Mat(new BytePointer(complete)), mode);
    } catch (RuntimeException e) {
      throw new UnreadableImage("is damaged", e);
    }
    if (decoded.empty()) {
      throw damaged();
    }
    return decoded;
  }

  private UnreadableImage damaged() {
    return new UnreadableImage("is damaged or ends too early (" + bytes.length + " bytes)");
  }

  /** The bytes with the mark of their end: all that a PNG or GIF may lack, as Pillow has it. */
  private byte[] complete() throws UnreadableImage {
    return switch (header.format()) {
      case PNG -> completePng();
      case GIF -> bytes[bytes.length - 1] == GIF_END ? bytes : with(new byte[] {GIF_END});
      default -> bytes;
    };
  }

  /** OpenCV would take memory for as much as a chunk declares, before it looks at the rest. */
  private byte[] completePng() throws UnreadableImage {
    PngChunks chunks = new PngChunks(bytes);
    while (chunks.next()) {
      if (chunks.name().equals("IEND")) {
        return bytes;
      }
    }
    if (chunks.end() != bytes.length) {
      throw damaged();
    }
    return with(PNG_END);
  }

  private byte[] with(byte[] end) {
    byte[] complete = Arrays.copyOf(bytes, bytes.length + end.length);
    System.arraycopy(end, 0, complete, bytes.length, end.length);
    return complete;
  }

  private boolean mayHaveAlpha() {
    return header.format() != Format.JPEG && alpha != Alpha.IGNORE;
  }

  /** Lays the image on the background; one without alpha has the pixels that it always has. */
  private Mat decodeWithAlpha() throws UnreadableImage {
    Mat all = read(IMREAD_UNCHANGED);
    if (all.channels() != 4) {
      return all.channels() == 3 && all.depth() == CV_8U ? all : read(mode(1));
    }
    boolean has8Bits = all.depth() == CV_8U;
    Mat opacity = new Mat();
    opencv_core.extractChannel(all, opacity, 3);
    if (!has8Bits) {
      opacity.convertTo(opacity, CV_8U, FROM_16_BITS, 0);
    }
    opencv_imgproc.cvtColor(opacity, opacity, COLOR_GRAY2BGR);
    Mat colours = new Mat();
    if (has8Bits) {
      opencv_imgproc.cvtColor(all, colours, COLOR_BGRA2BGR);
    } else {
      colours = read(mode(1));
    }
    // libtiff has laid 8 bits on black already.
    if (header.format() != Format.TIFF || !has8Bits) {
      opencv_core.multiply(colours, opacity, colours, 1 / 255.0, -1);
    }
    if (alpha == Alpha.WHITE) {
      opencv_core.bitwise_not(opacity, opacity);
      opencv_core.add(colours, opacity, colours);
    }
    return colours;
  }

  /** Turns and mirrors: 3 is upside down, 6 is to be turned to the right, 8 to the left. */
  private static Mat turn(Mat pixels, int orientation) {
    if (orientation == Orientation.UPRIGHT) {
      return pixels;
    }
    Mat turned = pixels;
    if (orientation >= 5) {
      turned = new Mat();
      opencv_core.transpose(pixels, turned);
    }
    switch (orientation) {
      case 2, 6 -> opencv_core.flip(turned, turned, 1);
      case 4, 8 -> opencv_core.flip(turned, turned, 0);
      case 3, 7 -> opencv_core.flip(turned, turned, -1);
      default -> {}
    }
    return turned;
  }
}
