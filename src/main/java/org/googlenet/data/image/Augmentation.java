package org.googlenet.data.image;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.common.SplitMix;

/**
 * Chooses the rectangle of an image that becomes the network's input.
 *
 * <ul>
 *   <li>{@code NONE}: the largest centre square, also in training.
 *   <li>{@code CAFFE}: a square of 224/256 of the shorter side, in training at a random place and
 *       mirrored half of the time, otherwise in the centre.
 *   <li>{@code INCEPTION}: in training 8 to 100% of the area at an aspect ratio of 3/4 to 4/3,
 *       mirrored half of the time (Szegedy et al., "Going Deeper with Convolutions", section 6);
 *       otherwise as {@code CAFFE}.
 * </ul>
 *
 * <p>If images are resized before ({@link Resize}), the part has the size of the network's input;
 * but {@code INCEPTION} in training cuts it out of the image as it is.
 */
public record Augmentation(Kind kind) implements Serializable {

  /** The kinds of augmentation that a recipe can name. */
  public enum Kind {
    NONE,
    CAFFE,
    INCEPTION
  }

  /** The part of the shorter side that is kept: 224 of 256, as in BVLC's training of GoogLeNet. */
  private static final double KEPT = 224.0 / 256.0;

  private static final int ATTEMPTS = 10;

  /**
   * A rectangle of the source image, in pixels, and whether it is mirrored left to right.
   *
   * @param x left edge, from 0
   * @param y top edge, from 0
   */
  public record Crop(int x, int y, int width, int height, boolean mirror) {

    int shorterSide() {
      return Math.min(width, height);
    }
  }

  /**
   * The rectangle to keep of an image.
   *
   * @param randomness a hash of (run seed, epoch, record key); the same value gives the same part
   *     of the image at any resolution, up to rounding. Not used if {@code train} is false
   */
  public Crop crop(int width, int height, boolean train, long randomness) {
    int shorter = Math.min(width, height);
    int kept = Math.max(1, (int) Math.round(shorter * KEPT));
    if (kind == Kind.NONE) {
      return centre(width, height, shorter);
    }
    if (!train) {
      return centre(width, height, kept);
    }
    return kind == Kind.CAFFE
        ? place(width, height, kept, kept, randomness)
        : randomArea(width, height, randomness);
  }

  /**
   * The part to keep of an image that was resized before: in training with {@code CAFFE} at a
   * random place and mirrored half of the time, otherwise in the centre, where torchvision's {@code
   * CenterCrop} has it.
   *
   * @param side width and height to keep, at most those of the image
   * @param randomness as in {@link #crop}
   */
  Crop cropOfResized(int width, int height, int side, boolean train, long randomness) {
    if (train && kind == Kind.CAFFE) {
      return place(width, height, side, side, randomness);
    }
    return new Crop(middle(width - side), middle(height - side), side, side, false);
  }

  /**
   * Corners and centre of a resized image, and the same of its mirror image, in the order of
   * torchvision's {@code TenCrop}: top left, top right, bottom left, bottom right, centre.
   */
  static List<Crop> tenCrops(int width, int height, int side) {
    int right = width - side;
    int bottom = height - side;
    int[][] places = {
      {0, 0}, {right, 0}, {0, bottom}, {right, bottom}, {middle(right), middle(bottom)}
    };
    List<Crop> crops = new ArrayList<>();
    for (int[] place : places) {
      crops.add(new Crop(place[0], place[1], side, side, false));
    }
    for (int[] place : places) {
      crops.add(new Crop(right - place[0], place[1], side, side, true));
    }
    return crops;
  }

  /**
   * The part of the shorter side that is kept of an image that was not resized before, outside of
   * training.
   */
  public double kept() {
    return kind == Kind.NONE ? 1 : KEPT;
  }

  /** Half of a margin, halves rounded to even as by Python. */
  private static int middle(int margin) {
    return (int) Math.rint(margin / 2.0);
  }

  /** Whether a part is cut out of the source image, even if images are resized before otherwise. */
  boolean cutsSource(boolean train) {
    return train && kind == Kind.INCEPTION;
  }

  private static Crop centre(int width, int height, int side) {
    return new Crop((width - side) / 2, (height - side) / 2, side, side, false);
  }

  private static Crop randomArea(int width, int height, long randomness) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double area = (double) width * height * (0.08 + 0.92 * draw(randomness, 3 + 2 * attempt));
      double logRatio = StrictMath.log(4.0 / 3.0) * (2 * draw(randomness, 4 + 2 * attempt) - 1);
      double root = StrictMath.sqrt(area);
      double stretch = StrictMath.exp(logRatio / 2);
      int cropWidth = (int) Math.round(root * stretch);
      int cropHeight = (int) Math.round(root / stretch);
      if (cropWidth > 0 && cropWidth <= width && cropHeight > 0 && cropHeight <= height) {
        return place(width, height, cropWidth, cropHeight, randomness);
      }
    }
    return centre(width, height, Math.min(width, height));
  }

  private static Crop place(int width, int height, int cropWidth, int cropHeight, long randomness) {
    int x = (int) (draw(randomness, 0) * (width - cropWidth + 1));
    int y = (int) (draw(randomness, 1) * (height - cropHeight + 1));
    return new Crop(x, y, cropWidth, cropHeight, draw(randomness, 2) < 0.5);
  }

  private static double draw(long randomness, int number) {
    return SplitMix.unit(SplitMix.hash(randomness, number));
  }
}
