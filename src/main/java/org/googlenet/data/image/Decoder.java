package org.googlenet.data.image;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.googlenet.common.NativeFolder;

/**
 * Turns encoded images into the network's input: decodes, resizes and cuts out as {@link Decoding}
 * says, and normalises.
 *
 * <p>A grey image becomes three equal channels, CMYK becomes colours, alpha is treated as {@link
 * Alpha} says, and orientation is applied. A JPEG larger than the limit, or one much larger than
 * needed that is averaged to its size, is decoded at a half, quarter or eighth of it.
 */
public final class Decoder {

  static {
    NativeFolder.choose();
  }

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
    this.normalised = decoding.normalisation().tables();
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
   * @param pixels receives [3, side, side] values
   * @param offset where in {@code pixels} they begin
   * @throws UnreadableImage if the image is damaged, not supported or too large
   */
  public void decode(byte[] image, long randomness, float[] pixels, int offset)
      throws UnreadableImage {
    EncodedImage encoded = EncodedImage.of(image, decoding);
    Seeing seeing = (width, height) -> View.of(decoding, width, height, side, train, randomness);
    try (PointerScope scope = new PointerScope()) {
      Mat decoded = encoded.decode(reduction(encoded.header(), seeing));
      View view = seeing.of(decoded.cols(), decoded.rows());
      Augmentation.Crop all = new Augmentation.Crop(0, 0, side, side, view.kept().mirror());
      normalise(resize(decoded, view), side, all, pixels, offset);
    }
  }

  /**
   * Decodes one image to ten parts of it: the corners and the centre of the resized image, and of
   * its mirror image, in the order of torchvision's {@code TenCrop}. Without a {@link Resize} the
   * shorter side is resized to 256/224 of the input's.
   *
   * @param image of one of the formats of {@link ImageHeader.Format}
   * @param pixels receives [10, 3, side, side] values
   * @param offset where in {@code pixels} they begin
   * @throws UnreadableImage if the image is damaged, not supported or too large
   */
  public void decodeTenCrops(byte[] image, float[] pixels, int offset) throws UnreadableImage {
    EncodedImage encoded = EncodedImage.of(image, decoding);
    Seeing seeing = (width, height) -> View.whole(decoding, width, height, side);
    try (PointerScope scope = new PointerScope()) {
      Mat decoded = encoded.decode(reduction(encoded.header(), seeing));
      View view = seeing.of(decoded.cols(), decoded.rows());
      byte[] bytes = resize(decoded, view);
      int to = offset;
      for (Augmentation.Crop crop : Augmentation.tenCrops(view.width(), view.height(), side)) {
        normalise(bytes, view.width(), crop, pixels, to);
        to += values();
      }
    }
  }

  /** What the network sees of an image of some size. */
  private interface Seeing {

    View of(int width, int height) throws UnreadableImage;
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

  private byte[] resize(Mat decoded, View view) {
    Mat source = new Mat(decoded, rectangle(view.source()));
    return decoding
        .interpolation()
        .resize(source, view.width(), view.height(), rectangle(view.kept()));
  }

  private static Rect rectangle(Augmentation.Crop crop) {
    return new Rect(crop.x(), crop.y(), crop.width(), crop.height());
  }

  /**
   * The largest reduction after which the image still shrinks, so that averaging goes on where it
   * ended. Only JPEG can be decoded at a fraction of its size. Both orientations count, since EXIF
   * may turn the image.
   */
  private int reduction(ImageHeader header, Seeing seeing) throws UnreadableImage {
    if (header.format() != ImageHeader.Format.JPEG || !decoding.interpolation().averages()) {
      return 1;
    }
    View upright = seeing.of(header.width(), header.height());
    View turned = seeing.of(header.height(), header.width());
    for (int reduction = 8; reduction > 1; reduction /= 2) {
      if (upright.shrinksBy(reduction) && turned.shrinksBy(reduction)) {
        return reduction;
      }
    }
    return 1;
  }

  /** From a part of [height, width, blue-green-red] bytes to [channel, side, side] floats. */
  private void normalise(
      byte[] bytes, int width, Augmentation.Crop crop, float[] pixels, int offset) {
    int step = crop.mirror() ? -3 : 3;
    int first = crop.mirror() ? crop.x() + side - 1 : crop.x();
    for (int channel = 0; channel < 3; channel++) {
      float[] table = normalised[channel];
      int place = 2 - decoding.normalisation().colour(channel);
      int to = offset + channel * side * side;
      for (int row = 0; row < side; row++) {
        int from = ((crop.y() + row) * width + first) * 3 + place;
        for (int column = 0; column < side; column++) {
          pixels[to++] = table[bytes[from] & 0xFF];
          from += step;
        }
      }
    }
  }
}
