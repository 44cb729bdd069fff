package org.googlenet.data.image;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;
import org.googlenet.common.NativeFolder;

/**
 * Turns encoded images into the network's input: decodes, cuts out the augmentation's rectangle,
 * resizes it once, and normalises.
 *
 * <p>A grey image becomes three equal channels, CMYK becomes colours, alpha is treated as {@link
 * Alpha} says, and orientation is applied. A JPEG much larger than needed, or than the limit, is
 * decoded at a half, quarter or eighth of its size.
 */
public final class Decoder {

  static {
    NativeFolder.choose();
  }

  /** Mean and deviation of ImageNet, in the order red, green, blue, for values from 0 to 1. */
  private static final double[] MEAN = {0.485, 0.456, 0.406};

  private static final double[] DEVIATION = {0.229, 0.224, 0.225};

  private final int side;
  private final Decoding decoding;
  private final boolean train;
  private final float[][] normalised;

  /**
   * A decoder for use by one thread.
   *
   * @param side height and width of the network's input, in pixels
   * @param train whether to augment at random
   */
  public Decoder(int side, Decoding decoding, boolean train) {
    this.side = side;
    this.decoding = decoding;
    this.train = train;
    this.normalised = normalised();
    // Workers are the unit of parallelism; OpenCV's own threads would compete with them.
    opencv_core.setNumThreads(1);
  }

  /** The number of values per image: 3 * side * side. */
  public int values() {
    return 3 * side * side;
  }

  /**
   * Decodes one image.
   *
   * @param image of one of the formats of {@link ImageHeader.Format}
   * @param randomness see {@link Augmentation#crop}
   * @param pixels receives [3, side, side] values (channels red, green, blue)
   * @param offset where in {@code pixels} they begin
   * @throws UnreadableImage if the image is damaged, not supported or too large
   */
  public void decode(byte[] image, long randomness, float[] pixels, int offset)
      throws UnreadableImage {
    EncodedImage encoded = EncodedImage.of(image, decoding);
    try (PointerScope scope = new PointerScope()) {
      Mat decoded = encoded.decode(reduction(encoded.header(), randomness));
      Augmentation.Crop crop = crop(decoded.cols(), decoded.rows(), randomness);
      Mat rectangle = new Mat(decoded, new Rect(crop.x(), crop.y(), crop.width(), crop.height()));
      byte[] bytes = bytes(resize(rectangle, side, side));
      normalise(bytes, crop.mirror(), pixels, offset);
    }
  }

  /**
   * Decodes a whole image, only to check that it can be decoded.
   *
   * @throws UnreadableImage if it cannot
   */
  public static void check(byte[] image) throws UnreadableImage {
    decodeWhole(EncodedImage.of(image, Decoding.PLAIN));
  }

  /**
   * Decodes a whole image, a second time if need be, to see whether it is free of flaws: libjpeg
   * and libpng pass over some that they warn of.
   *
   * @throws UnreadableImage if it cannot be decoded
   */
  public static boolean isFlawless(byte[] image) throws UnreadableImage {
    EncodedImage encoded = EncodedImage.of(image, Decoding.PLAIN);
    return !DecoderLines.areWrittenBy(() -> decodeWhole(encoded));
  }

  private static long decodeWhole(EncodedImage encoded) throws UnreadableImage {
    try (PointerScope scope = new PointerScope()) {
      return encoded.decode(1).total();
    }
  }

  /** Resizes by averaging if it shrinks, otherwise linearly. Call it within a pointer scope. */
  static Mat resize(Mat source, int width, int height) {
    boolean shrinks = source.cols() >= width && source.rows() >= height;
    Mat resized = new Mat();
    int how = shrinks ? INTER_AREA : INTER_LINEAR;
    opencv_imgproc.resize(source, resized, new Size(width, height), 0, 0, how);
    return resized;
  }

  private Augmentation.Crop crop(int width, int height, long randomness) {
    return decoding.augmentation().crop(width, height, train, randomness);
  }

  /**
   * The largest reduction at which the kept rectangle is still no smaller than the input. Only JPEG
   * can be decoded at a fraction of its size. The shorter side is the minimum over both
   * orientations, since EXIF may turn the image.
   */
  private int reduction(ImageHeader header, long randomness) {
    if (header.format() != ImageHeader.Format.JPEG) {
      return 1;
    }
    int upright = crop(header.width(), header.height(), randomness).shorterSide();
    int turned = crop(header.height(), header.width(), randomness).shorterSide();
    int shorter = Math.min(upright, turned);
    if (shorter / 8 >= side) {
      return 8;
    }
    if (shorter / 4 >= side) {
      return 4;
    }
    return shorter / 2 >= side ? 2 : 1;
  }

  private static byte[] bytes(Mat continuous) {
    byte[] bytes = new byte[Math.toIntExact(continuous.total() * continuous.elemSize())];
    continuous.data().get(bytes, 0, bytes.length);
    return bytes;
  }

  /** From [side, side, blue-green-red] bytes to [red-green-blue, side, side] floats. */
  private void normalise(byte[] bytes, boolean mirror, float[] pixels, int offset) {
    for (int channel = 0; channel < 3; channel++) {
      float[] table = normalised[channel];
      int to = offset + channel * side * side;
      for (int row = 0; row < side; row++) {
        int from = row * side * 3 + (mirror ? (side - 1) * 3 : 0) + 2 - channel;
        int step = mirror ? -3 : 3;
        for (int column = 0; column < side; column++) {
          pixels[to++] = table[bytes[from] & 0xFF];
          from += step;
        }
      }
    }
  }

  private static float[][] normalised() {
    float[][] table = new float[3][256];
    for (int channel = 0; channel < 3; channel++) {
      for (int value = 0; value < 256; value++) {
        table[channel][value] = (float) ((value / 255.0 - MEAN[channel]) / DEVIATION[channel]);
      }
    }
    return table;
  }
}
