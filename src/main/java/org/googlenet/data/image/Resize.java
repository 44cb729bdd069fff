package org.googlenet.data.image;

import java.io.Serializable;
import java.util.Locale;

/**
 * To which size a whole image is resized before the network's input is cut out of it.
 *
 * @param to pixels of the shorter side, or of both sides if the ratio is ignored; {@link #AUTO}, or
 *     {@link #NEVER} if the part to keep is cut out first and only that is resized
 */
public record Resize(int to, AspectRatio aspectRatio) implements Serializable {

  /** As 256 is to 224, so is the shorter side to the input's. */
  public static final int AUTO = 0;

  /** The whole image is not resized. */
  public static final int NEVER = -1;

  /** The part to keep is cut out first. */
  public static final Resize NONE = new Resize(NEVER, AspectRatio.KEEP);

  private static final double AUTO_FACTOR = 256.0 / 224.0;

  /** What becomes of the ratio of width to height. */
  public enum AspectRatio {
    /** It stays. */
    KEEP,
    /** The image is warped to a square. */
    IGNORE
  }

  /** A size in pixels. */
  record Size(int width, int height) {}

  public Resize {
    if (to == NEVER) {
      aspectRatio = AspectRatio.KEEP;
    }
  }

  /** Whether whole images are not resized. */
  public boolean isNone() {
    return to == NEVER;
  }

  /** Pixels of the shorter side, for an input with this side. */
  public int shorterSide(int side) {
    return to == AUTO ? Math.toIntExact(Math.round(side * AUTO_FACTOR)) : to;
  }

  /**
   * The size that an image is resized to; the longer side is rounded down, as torchvision's {@code
   * Resize} does it.
   *
   * @param side of the network's input
   * @param maxPixels the most that the resized image may have
   * @throws UnreadableImage if it would have more
   */
  Size of(int width, int height, int side, long maxPixels) throws UnreadableImage {
    int shorter = shorterSide(side);
    if (aspectRatio == AspectRatio.IGNORE) {
      return new Size(shorter, shorter);
    }
    long longer = (long) shorter * Math.max(width, height) / Math.min(width, height);
    if (longer * shorter > maxPixels) {
      throw new UnreadableImage(
          String.format(
              Locale.ROOT,
              "has %d x %d pixels, so that its longer side would be resized to %d (input.resize)",
              width,
              height,
              longer));
    }
    int rounded = Math.toIntExact(longer);
    return width < height ? new Size(shorter, rounded) : new Size(rounded, shorter);
  }
}
