package org.googlenet.data.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;

import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.googlenet.common.NativeFolder;

/** Encodes images for a new data set; JPEG has OpenCV's quality 95 of 100. */
public final class ImageEncoder {

  static {
    NativeFolder.choose();
  }

  private ImageEncoder() {}

  /**
   * Encodes grey values as a PNG of one channel.
   *
   * @param values [height, width], 0 is black
   */
  public static byte[] greyPng(byte[] values, int width, int height) {
    try (PointerScope scope = new PointerScope()) {
      Mat grey = new Mat(height, width, CV_8UC1, new BytePointer(values));
      return encode(grey, ImageHeader.Format.PNG);
    }
  }

  /**
   * Shrinks an image so that its shorter side has the given length, and keeps its proportions but
   * not its alpha; the bytes of an image that is not larger are returned as they are.
   *
   * @param shorterSide in pixels
   * @throws UnreadableImage if the image cannot be decoded, or is too long to be encoded
   */
  public static byte[] shrink(byte[] image, int shorterSide, ImageHeader.Format format)
      throws UnreadableImage {
    EncodedImage encoded = EncodedImage.of(image, Decoding.PLAIN);
    try (PointerScope scope = new PointerScope()) {
      Mat decoded = encoded.decode(1);
      if (encoded.header().shorterSide() <= shorterSide) {
        return image;
      }
      double scale = (double) shorterSide / Math.min(decoded.cols(), decoded.rows());
      int width = (int) Math.round(decoded.cols() * scale);
      int height = (int) Math.round(decoded.rows() * scale);
      if (Math.max(width, height) > format.longest()) {
        throw new UnreadableImage(
            String.format(
                Locale.ROOT,
                "would be %d x %d pixels when shrunk, and a %s has %d a side at most",
                width,
                height,
                format,
                format.longest()));
      }
      return encode(Interpolation.byArea(decoded, width, height), format);
    }
  }

  /**
   * A JPEG for people to look at: upright, and as small as its longer side says, unless it is
   * smaller already.
   *
   * @param longerSide in pixels
   * @throws UnreadableImage if the image cannot be decoded
   */
  public static byte[] thumbnail(byte[] image, int longerSide) throws UnreadableImage {
    EncodedImage encoded = EncodedImage.of(image, Decoding.PLAIN);
    try (PointerScope scope = new PointerScope()) {
      Mat decoded = encoded.decode(1);
      double scale = (double) longerSide / Math.max(decoded.cols(), decoded.rows());
      Mat small =
          scale >= 1
              ? decoded
              : Interpolation.byArea(
                  decoded, scaled(decoded.cols(), scale), scaled(decoded.rows(), scale));
      return encode(small, ImageHeader.Format.JPEG);
    }
  }

  private static int scaled(int side, double scale) {
    return Math.max(1, (int) Math.round(side * scale));
  }

  static byte[] encode(Mat image, ImageHeader.Format format) {
    BytePointer encoded = new BytePointer();
    if (!opencv_imgcodecs.imencode("." + format.extension(), image, encoded)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "OpenCV did not encode %d x %d pixels as %s",
              image.cols(),
              image.rows(),
              format));
    }
    byte[] bytes = new byte[Math.toIntExact(encoded.limit())];
    encoded.get(bytes, 0, bytes.length);
    return bytes;
  }
}
