package org.googlenet.engine.onednn.kernel;

import java.util.Arrays;

/** How a convolution or pooling window moves: rows, then columns. */
public record Window(long[] kernel, long[] stride, long[] pad) {

  /** A window as large as the map. */
  public static Window whole(long height, long width) {
    return new Window(new long[] {height, width}, new long[] {1, 1}, new long[] {0, 0});
  }

  /** The output's size along an axis, rounded down. */
  public long out(long in, int axis) {
    return (in + 2 * pad[axis] - kernel[axis]) / stride[axis] + 1;
  }

  public boolean isOneByOne() {
    return Arrays.stream(kernel).allMatch(k -> k == 1)
        && Arrays.stream(stride).allMatch(s -> s == 1)
        && Arrays.stream(pad).allMatch(p -> p == 0);
  }

  public boolean isThreeByThree() {
    return Arrays.stream(kernel).allMatch(k -> k == 3)
        && Arrays.stream(stride).allMatch(s -> s == 1);
  }
}
