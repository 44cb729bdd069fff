package org.googlenet.engine;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.googlenet.engine.onednn.Network;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/**
 * What a network is given, as a plan takes it.
 *
 * @param arrays by the network's inputs, {@code [n, c, h, w]} or {@code [n, values]}, or {@code [n,
 *     h, w, c]} if the network has its channels last
 * @param plain the same values in C order from position 0 on, with the channels first
 * @param examples n, at least 1
 * @param shapes of an example, by the network's inputs
 */
record Features(
    List<INDArray> arrays, List<INDArray> plain, int examples, List<List<Long>> shapes) {

  /**
   * Checks arrays.
   *
   * @throws IllegalArgumentException if they are not as many as the network has inputs, or not of
   *     the same number of examples
   */
  static Features of(Network network, INDArray... arrays) {
    requireNumber("features", arrays.length, "inputs", network.inputs().size());
    requireOpen("features", arrays);
    long examples = arrays[0].isEmpty() ? 0 : arrays[0].size(0);
    for (INDArray each : arrays) {
      if (each.isEmpty() || each.rank() < 2 || each.size(0) != examples) {
        throw new IllegalArgumentException(
            "features of shapes %s: give each input the same number of examples, at least one"
                .formatted(
                    Arrays.stream(arrays).map(array -> Arrays.toString(array.shape())).toList()));
      }
    }
    List<INDArray> first =
        Arrays.stream(arrays)
            .map(
                each ->
                    network.channelsLast() && each.rank() == 4 ? each.permute(0, 3, 1, 2) : each)
            .toList();
    return new Features(
        List.of(arrays),
        first.stream().map(Features::plain).toList(),
        Math.toIntExact(examples),
        first.stream().map(each -> Arrays.stream(each.shape()).skip(1).boxed().toList()).toList());
  }

  /**
   * Checks how many arrays there are.
   *
   * @throws IllegalArgumentException if it is another number than is needed
   */
  static void requireNumber(String what, int given, String ofWhat, int needed) {
    if (given != needed) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%d arrays of %s for a network of %d %s", given, what, needed, ofWhat));
    }
  }

  /**
   * Checks that there are arrays.
   *
   * @throws IllegalArgumentException if one is null or closed
   */
  static void requireOpen(String what, INDArray... arrays) {
    for (INDArray each : arrays) {
      if (each == null || each.wasClosed()) {
        throw new IllegalArgumentException(
            "%s: an array is %s; give one that is open"
                .formatted(what, each == null ? "null" : "closed"));
      }
    }
  }

  /** Hands out the values of each array, in C order; afterwards they may be freed. */
  <T> T read(Function<List<FloatBuffer>, T> reader) {
    try {
      return reader.apply(plain.stream().map(array -> array.data().asNioFloat()).toList());
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Copies values in C order into the front of an array. */
  static void copy(INDArray from, float[] into) {
    INDArray plain = plain(from);
    try {
      plain.data().asNioFloat().get(0, into, 0, Math.toIntExact(plain.length()));
    } finally {
      Reference.reachabilityFence(plain);
    }
  }

  /** The array itself where its values lie so. */
  private static INDArray plain(INDArray array) {
    INDArray floats = array.castTo(DataType.FLOAT);
    boolean plain =
        floats.ordering() == 'c'
            && Shape.hasDefaultStridesForShape(floats)
            && !floats.isView()
            && floats.data().length() == floats.length();
    return plain ? floats : floats.dup('c');
  }
}
