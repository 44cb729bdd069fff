package org.googlenet.engine.onednn;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The flat vectors of a DL4J network that a plan reads and writes where they lie.
 *
 * @param arrays what the buffers lie in, so that nobody frees them meanwhile
 * @param parameters in DL4J's order, fp32
 * @param gradients as many values, for a plan that trains
 */
record FlatMemory(List<INDArray> arrays, Buffer parameters, Optional<Buffer> gradients) {

  static FlatMemory forTraining(INDArray parameters, INDArray gradients) {
    return new FlatMemory(
        List.of(parameters, gradients),
        buffer("parameters", parameters),
        Optional.of(buffer("gradients", gradients)));
  }

  static FlatMemory forInference(INDArray parameters) {
    return new FlatMemory(List.of(parameters), buffer("parameters", parameters), Optional.empty());
  }

  /**
   * Checks that the vectors may still be used.
   *
   * @throws IllegalStateException if one is closed
   */
  void requireOpen() {
    arrays.forEach(FlatMemory::requireOpen);
  }

  /**
   * Checks that an operand in one of the vectors lies within it.
   *
   * @throws IllegalArgumentException if it does not
   */
  static void requireInside(Tensor tensor) {
    Buffer vector = tensor.buffer();
    long end = tensor.offset() + tensor.layout().bytes();
    if (!vector.isPlanned() && end > vector.bytes()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: a vector of %d values: the network needs %d or more; give it its own",
              vector.name(),
              vector.bytes() / Float.BYTES,
              end / Float.BYTES));
    }
  }

  private static Buffer buffer(String name, INDArray vector) {
    requireOpen(vector);
    if (vector.dataType() != DataType.FLOAT
        || vector.offset() != 0
        || vector.data().length() != vector.length()) {
      throw new IllegalArgumentException(
          "%s: an array of %s and shape %s: give the network's own flat vector, fp32 and no view"
              .formatted(name, vector.dataType(), Arrays.toString(vector.shape())));
    }
    return Buffer.fixed(name, vector.data().address(), vector.length() * Float.BYTES);
  }

  private static void requireOpen(INDArray vector) {
    if (vector.wasClosed()) {
      throw new IllegalStateException(
          "the network's parameters are closed: open the engine on a network that is not");
    }
  }
}
