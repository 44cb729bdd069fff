package org.googlenet.engine.onednn.kernel;

import java.util.Arrays;
import java.util.Locale;

/**
 * How the window of a convolution or pool moves over a map of known size; rows, then columns.
 *
 * @param kernel its values along an axis
 * @param stride how far it moves
 * @param dilation the distance from one of its values to the next: 1 if there is no gap
 * @param before rows and columns of padding in front of the map
 * @param after rows and columns of padding behind it; -1 where a deconvolution by a kernel smaller
 *     than its stride gives one that no value reaches
 */
public record Window(long[] kernel, long[] stride, long[] dilation, long[] before, long[] after) {

  /**
   * @throws RefusedShape if there are not two of each, or one is too small or larger than any map
   */
  public Window {
    requirePair("kernel", kernel, 1);
    requirePair("stride", stride, 1);
    requirePair("dilation", dilation, 1);
    requirePair("padding", before, 0);
    requirePair("padding", after, -1);
  }

  private static void requirePair(String name, long[] values, long least) {
    if (values.length != 2
        || Arrays.stream(values).anyMatch(value -> value < least || value > Integer.MAX_VALUE)) {
      throw new RefusedShape(
          String.format(
              Locale.ROOT,
              "a window's %s of %s: give rows and columns, each at least %d",
              name,
              Arrays.toString(values),
              least));
    }
  }

  /** A window as large as the map. */
  public static Window whole(long height, long width) {
    long[] one = {1, 1};
    long[] none = {0, 0};
    return new Window(new long[] {height, width}, one, one, none, none);
  }

  /** How much of the map it covers along an axis. */
  public long span(int axis) {
    return (kernel[axis] - 1) * dilation[axis] + 1;
  }

  /**
   * The result's size along an axis, rounded down.
   *
   * @throws RefusedShape if the window is larger than the map with its padding
   */
  public long out(long in, int axis) {
    long room = in + before[axis] + after[axis] - span(axis);
    if (in < 1 || in > Integer.MAX_VALUE || room < 0) {
      throw new RefusedShape(
          String.format(
              Locale.ROOT,
              "a window over %d values of a map of %d with padding %d and %d",
              span(axis),
              in,
              before[axis],
              after[axis]));
    }
    return room / stride[axis] + 1;
  }

  /**
   * The size along an axis of the map over which it moves to give a result of this size: what a
   * deconvolution computes.
   *
   * @throws RefusedShape if there is more padding than map
   */
  public long deconvolved(long in, int axis) {
    long size = (in - 1) * stride[axis] + span(axis) - before[axis] - after[axis];
    if (in < 1 || in > Integer.MAX_VALUE || size < 1) {
      throw new RefusedShape(
          String.format(
              Locale.ROOT,
              "a deconvolution of %d values with padding %d and %d, which is all of its result",
              in,
              before[axis],
              after[axis]));
    }
    return size;
  }

  public boolean isOneByOne() {
    return all(kernel, 1) && all(stride, 1) && all(before, 0) && all(after, 0);
  }

  public boolean isThreeByThree() {
    return all(kernel, 3) && all(stride, 1) && all(dilation, 1);
  }

  /** The gaps between its values, as the library counts dilation. */
  long[] gaps() {
    return Arrays.stream(dilation).map(distance -> distance - 1).toArray();
  }

  private static boolean all(long[] axes, long value) {
    return Arrays.stream(axes).allMatch(axis -> axis == value);
  }
}
