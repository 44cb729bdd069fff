package org.googlenet.data.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC4;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.googlenet.common.NativeFolder;

/**
 * Makes files of images that others have decoded, so that they go the way of all images: a BMP,
 * which is the pixels with a header, or a PNG where there is alpha. Decoding gives the same pixels.
 */
public final class RawPixels {

  static {
    NativeFolder.choose();
  }

  /** The two headers of a BMP: BITMAPFILEHEADER and BITMAPINFOHEADER. */
  private static final int HEADERS = 14 + 40;

  private static final int COLOURS = 3;
  private static final short BITS_PER_PIXEL = 24;

  private RawPixels() {}

  /**
   * Makes a file.
   *
   * @param pixels [height, width, channels]: grey; blue, green, red; or these and alpha
   * @param channels 1, 3 or 4
   * @throws UnreadableImage if there is no such image, or there are more or fewer bytes than it has
   */
  public static byte[] file(byte[] pixels, int width, int height, int channels)
      throws UnreadableImage {
    boolean isKnown = channels == 1 || channels == COLOURS || channels == 4;
    if (!isKnown || width < 1 || height < 1) {
      throw new UnreadableImage(
          String.format(
              Locale.ROOT,
              "has %d x %d pixels of %d channels; there are 1, 3 or 4 of 8 bits",
              width,
              height,
              channels));
    }
    long bytes = (long) width * height * channels;
    if (bytes != pixels.length) {
      throw new UnreadableImage(
          String.format(
              Locale.ROOT,
              "has %d bytes and not the %d of %d x %d pixels of %d channels",
              pixels.length,
              bytes,
              width,
              height,
              channels));
    }
    return channels == 4 ? png(pixels, width, height) : bmp(pixels, width, height, channels);
  }

  private static byte[] png(byte[] pixels, int width, int height) {
    try (PointerScope scope = new PointerScope()) {
      Mat image = new Mat(height, width, CV_8UC4, new BytePointer(pixels));
      return ImageEncoder.encode(image, ImageHeader.Format.PNG);
    }
  }

  /** Rows are filled up to multiples of four bytes, and a negative height begins at the top. */
  private static byte[] bmp(byte[] pixels, int width, int height, int channels)
      throws UnreadableImage {
    long row = ((long) width * COLOURS + 3) / 4 * 4;
    long size = HEADERS + row * height;
    if (size > Integer.MAX_VALUE - 8) {
      throw new UnreadableImage(
          String.format(Locale.ROOT, "has %d x %d pixels, too many for a file", width, height));
    }
    ByteBuffer file = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'B').put((byte) 'M').putInt((int) size).putInt(0).putInt(HEADERS);
    file.putInt(40).putInt(width).putInt(-height).putShort((short) 1).putShort(BITS_PER_PIXEL);
    for (int y = 0; y < height; y++) {
      file.position((int) (HEADERS + row * y));
      int from = y * width * channels;
      if (channels == COLOURS) {
        file.put(pixels, from, width * COLOURS);
      } else {
        for (int x = 0; x < width; x++) {
          file.put(pixels[from + x]).put(pixels[from + x]).put(pixels[from + x]);
        }
      }
    }
    return file.array();
  }
}
