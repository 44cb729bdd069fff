package org.googlenet.engine;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.Plan;
import org.googlenet.engine.onednn.UnsupportedNetwork;
import org.googlenet.model.Batch;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A batch that a plan can be given.
 *
 * @param shape of an image, {@code c, h, w}
 */
record LabelledImages(Batch batch, List<Long> shape) {

  /**
   * Checks a batch.
   *
   * @throws IllegalArgumentException if it has more examples than the plan, or images of another
   *     size
   */
  static LabelledImages of(Batch batch, Plan.Options options) {
    List<Long> shape = options.inputs().get(0);
    if (batch.examples() > options.batch()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a batch of %d examples: the engine was built for at most %d",
              batch.examples(),
              options.batch()));
    }
    if (batch.pixels().length != batch.examples() * values(shape)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d values for %d images: the engine was built for images of %s (c, h, w)",
              batch.pixels().length,
              batch.examples(),
              shape));
    }
    return new LabelledImages(batch, shape);
  }

  /**
   * The shape of an input's images, {@code c, h, w}.
   *
   * @param given by the user; null for what the network says
   * @throws UnsupportedNetwork if neither says it
   * @throws IllegalArgumentException if they contradict each other
   */
  static List<Long> shape(Network.Input input, List<Long> given) {
    Optional<List<Long>> ofNetwork = input.shape();
    if (given == null) {
      return ofNetwork.orElseThrow(() -> UnsupportedNetwork.withoutShape(input.name()));
    }
    if (ofNetwork.isPresent()
        && !ofNetwork.get().equals(given)
        && !ofNetwork.get().equals(List.of(values(given)))) {
      throw new IllegalArgumentException(
          "image: %s: the network was built for %s (c, h, w); leave it out"
              .formatted(given, ofNetwork.get()));
    }
    return given;
  }

  /** Number of values of an image. */
  private static long values(List<Long> shape) {
    return shape.stream().reduce(1L, (one, other) -> one * other);
  }

  List<FloatBuffer> buffers() {
    return List.of(FloatBuffer.wrap(batch.pixels()));
  }

  /** The images as DL4J has them, {@code [n, c, h, w]}. */
  INDArray array() {
    long[] dimensions =
        LongStream.concat(
                LongStream.of(batch.examples()), shape.stream().mapToLong(Long::longValue))
            .toArray();
    return Nd4j.create(batch.pixels(), dimensions, 'c');
  }
}
