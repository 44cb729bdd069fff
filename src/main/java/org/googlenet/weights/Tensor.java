package org.googlenet.weights;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * A tensor of fp32 values whose values are made only when they are asked for, so that a shape can
 * be refused before memory is taken.
 */
public final class Tensor {

  private final List<Integer> shape;
  private final Supplier<float[]> values;

  private Tensor(List<Integer> shape, Supplier<float[]> values) {
    this.shape = List.copyOf(shape);
    this.values = values;
  }

  /**
   * A tensor of values in memory.
   *
   * @param values in C order (the last dimension is the fastest); not copied
   * @throws IllegalArgumentException if there are more or fewer than the shape has
   */
  public static Tensor of(List<Integer> shape, float[] values) {
    if (count(shape) != values.length) {
      throw new IllegalArgumentException(shape + " of " + values.length + " values");
    }
    return new Tensor(shape, () -> values);
  }

  /** A tensor whose values are made each time that they are asked for. */
  static Tensor later(List<Integer> shape, Supplier<float[]> values) {
    return new Tensor(shape, values);
  }

  /**
   * A tensor of contiguous little-endian data.
   *
   * @throws IllegalArgumentException if the data is not as long as the shape says
   */
  static Tensor of(List<Integer> shape, ElementType type, ByteBuffer data) {
    long count = count(shape);
    if (count * type.bytes() != data.limit()) {
      throw new IllegalArgumentException(shape + " in " + data.limit() + " bytes");
    }
    return new Tensor(
        shape,
        () -> {
          float[] flat = new float[(int) count];
          for (int i = 0; i < flat.length; i++) {
            flat[i] = type.get(data, i);
          }
          return flat;
        });
  }

  /**
   * A view of a storage, as PyTorch has it.
   *
   * @param offset of the first value, counted in values
   * @param strides the distance of two neighbours in each dimension, counted in values
   * @throws IllegalArgumentException if a value lies outside the storage, or the shape has more
   *     values than the storage
   */
  static Tensor strided(
      List<Integer> shape, ElementType type, ByteBuffer storage, long offset, List<Long> strides) {
    long stored = storage.limit() / type.bytes();
    if (offset < 0 || offset > stored) {
      throw new IllegalArgumentException("offset " + offset + " in " + stored + " values");
    }
    long last = offset;
    for (int i = 0; i < shape.size(); i++) {
      long stride = strides.get(i);
      if (stride < 0 || stride > stored) {
        throw new IllegalArgumentException("stride " + stride + " in " + stored + " values");
      }
      last += stride * Math.max(0, shape.get(i) - 1);
    }
    long count = count(shape);
    if (count > stored || (count > 0 && last >= stored)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s from %d by %s in %d values", shape, offset, strides, stored));
    }
    return new Tensor(shape, () -> gathered(shape, type, storage, (int) offset, strides));
  }

  private static float[] gathered(
      List<Integer> shape, ElementType type, ByteBuffer storage, int offset, List<Long> strides) {
    float[] flat = new float[(int) count(shape)];
    int[] index = new int[shape.size()];
    long place = offset;
    for (int i = 0; i < flat.length; i++) {
      flat[i] = type.get(storage, (int) place);
      for (int d = index.length - 1; d >= 0; d--) {
        place += strides.get(d);
        if (++index[d] < shape.get(d)) {
          break;
        }
        place -= strides.get(d) * index[d];
        index[d] = 0;
      }
    }
    return flat;
  }

  /**
   * A tensor whose values are not floating point: it has a name and a shape, and asking for its
   * values is refused.
   *
   * @param type what the file calls them
   */
  static Tensor unreadable(List<Integer> shape, String type) {
    return new Tensor(
        shape,
        () -> {
          throw new WeightsProblem(
              "its values are " + type + "; fp32, fp16, bf16 and fp64 can be read");
        });
  }

  /**
   * The number of values that a shape has.
   *
   * @throws IllegalArgumentException if a dimension is negative, or there are more than 2^31 - 1
   */
  static long count(List<Integer> shape) {
    long count = 1;
    for (int dimension : shape) {
      count *= dimension;
      if (dimension < 0 || count > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(shape + " has more values than an array");
      }
    }
    return count;
  }

  /** A shape whose dimensions a file has as 64-bit numbers. */
  static List<Integer> shape(List<Long> dimensions) {
    List<Integer> shape = new ArrayList<>();
    for (long dimension : dimensions) {
      if (dimension < 0 || dimension > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("dimension " + dimension);
      }
      shape.add((int) dimension);
    }
    return shape;
  }

  /** Its dimensions; empty for a single number. */
  public List<Integer> shape() {
    return shape;
  }

  /**
   * Its values in C order; not to be changed, since they may be shared.
   *
   * @throws WeightsProblem if they are not floating point
   */
  public float[] values() {
    return values.get();
  }

  /** The same values in another shape. */
  Tensor reshaped(List<Integer> other) {
    if (count(other) != count(shape)) {
      throw new IllegalArgumentException(shape + " as " + other);
    }
    return new Tensor(other, values);
  }

  /** {@code [a, b]} as {@code [b, a]}. */
  Tensor transposed() {
    int rows = shape.get(0);
    int columns = shape.get(1);
    return new Tensor(
        List.of(columns, rows),
        () -> {
          float[] own = values();
          float[] other = new float[own.length];
          for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
              other[column * rows + row] = own[row * columns + column];
            }
          }
          return other;
        });
  }
}
