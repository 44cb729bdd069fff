package org.googlenet.weights;

import java.util.List;
import org.googlenet.model.ParameterLayout.Entry;

/**
 * Moves a tensor into and out of the place that a parameter has in the flat vector, whichever order
 * its values have there.
 */
final class FlatTensors {

  private FlatTensors() {}

  /** The shape of a parameter as a tensor: a row {@code [1, n]} is {@code [n]}. */
  static List<Integer> shape(Entry entry) {
    List<Integer> shape = entry.shape().stream().map(Math::toIntExact).toList();
    return shape.size() == 2 && shape.get(0) == 1 ? shape.subList(1, 2) : shape;
  }

  /** A parameter's values as a tensor. */
  static Tensor read(Entry entry, float[] flat) {
    return Tensor.later(
        shape(entry),
        () -> {
          float[] values = new float[entry.length()];
          for (int i = 0; i < values.length; i++) {
            values[i] = flat[place(entry, i)];
          }
          return values;
        });
  }

  /**
   * Puts values in their places.
   *
   * @param values as many as the parameter has, in C order
   */
  static void write(Entry entry, float[] values, float[] flat) {
    for (int i = 0; i < values.length; i++) {
      flat[place(entry, i)] = values[i];
    }
  }

  /** Where the value with this index in C order lies. */
  private static int place(Entry entry, int index) {
    if (entry.order() == 'c') {
      return entry.offset() + index;
    }
    long rest = index;
    long place = 0;
    long stride = entry.length();
    for (int d = entry.shape().size() - 1; d >= 0; d--) {
      long dimension = entry.shape().get(d);
      stride /= dimension;
      place += rest % dimension * stride;
      rest /= dimension;
    }
    return entry.offset() + (int) place;
  }
}
