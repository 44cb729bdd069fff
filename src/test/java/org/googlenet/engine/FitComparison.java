package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.model.Batch;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Entry;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains a small network with one output by DL4J's {@code fit} and by engine onednn, on the same
 * batches, and compares scores, what each step does to each parameter, and probabilities.
 *
 * @param image channels, height and width
 */
record FitComparison(ComputationGraphConfiguration configuration, List<Long> image, int classes) {

  private static final int STEPS = 5;
  private static final double SCORES = 1e-5;
  private static final double UPDATES = 2e-4;

  /** The smallest change of a parameter's values that is looked at, as a part of the largest. */
  private static final double SMALL = 1e-3;

  /**
   * Five steps.
   *
   * @param sizes of the batches, which are repeated
   * @param largest number of examples that the engine is made for
   */
  void assertSameSteps(int largest, int... sizes) {
    ComputationGraph expected = network();
    ComputationGraph actual = network();
    assertThat(actual.params()).isEqualTo(expected.params());
    float[] start = expected.params().data().asFloat();
    try (OneDnnEngine engine =
        OneDnnEngine.of(actual)
            .image(image.get(0), image.get(1), image.get(2))
            .batch(largest)
            .open()) {
      for (int step = 0; step < STEPS; step++) {
        Batch batch = batch(sizes[step % sizes.length], step);
        double regularisation = expected.calcRegularizationScore(true);
        expected.fit(new INDArray[] {images(batch)}, new INDArray[] {labels(batch)});
        double loss = engine.step(batch, step, 1)[0];
        assertThat(loss)
            .as("loss of step %d", step)
            .isCloseTo(expected.score() - regularisation, within(SCORES));
        assertSameUpdates(step, start, actual, expected);
      }
      Batch other = batch(Math.max(1, largest - 1), STEPS);
      assertThat(engine.probabilities(other)[0])
          .as("probabilities")
          .containsExactly(
              expected.output(false, images(other))[0].dup('c').data().asFloat(), within(1e-4f));
    }
  }

  /** Loss and gradient of a step in bf16 are about those in fp32. */
  void assertCloseInBf16(int examples) {
    Batch batch = batch(examples, 0);
    Gradient exact = gradient(batch, Precision.FP32);
    Gradient rounded = gradient(batch, Precision.BF16);
    assertThat(rounded.loss()).as("loss").isCloseTo(exact.loss(), within(0.05));
    assertThat(cosine(exact.values(), rounded.values()))
        .as("cosine of gradients")
        .isGreaterThan(0.98);
  }

  private record Gradient(double loss, float[] values) {}

  private Gradient gradient(Batch batch, Precision precision) {
    ComputationGraph network = network();
    try (OneDnnEngine engine =
        OneDnnEngine.of(network)
            .image(image.get(0), image.get(1), image.get(2))
            .batch(batch.examples())
            .precision(precision)
            .open()) {
      double loss = engine.gradient(batch, 1)[0];
      return new Gradient(loss, network.getFlattenedGradients().data().asFloat());
    }
  }

  private static double cosine(float[] one, float[] other) {
    double product = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < one.length; i++) {
      product += (double) one[i] * other[i];
      first += (double) one[i] * one[i];
      second += (double) other[i] * other[i];
    }
    return product / Math.sqrt(first * second);
  }

  private static void assertSameUpdates(
      int step, float[] start, ComputationGraph actual, ComputationGraph expected) {
    float[] ours = actual.params().data().asFloat();
    float[] theirs = expected.params().data().asFloat();
    List<Entry> entries = ParameterLayout.of(expected.getConfiguration()).entries();
    double largest =
        entries.stream()
            .filter(Entry::trained) // running statistics move much further
            .mapToDouble(entry -> distance(entry, theirs, start))
            .max()
            .orElseThrow();
    for (Entry entry : entries) {
      double moved = Math.max(distance(entry, theirs, start), SMALL * largest);
      assertThat(distance(entry, ours, theirs) / moved)
          .as("difference of %s after step %d", entry.name(), step)
          .isLessThan(UPDATES);
    }
  }

  private static double distance(Entry entry, float[] one, float[] other) {
    return Math.sqrt(
        IntStream.range(entry.range().from(), entry.range().to())
            .mapToDouble(i -> Math.pow((double) one[i] - other[i], 2))
            .sum());
  }

  private ComputationGraph network() {
    ComputationGraph network =
        new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration.toJson()));
    network.init();
    return network;
  }

  private Batch batch(int examples, long seed) {
    Random random = new Random(seed);
    float[] pixels =
        new float[Math.toIntExact(examples * image.stream().reduce(1L, Math::multiplyExact))];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) (1 + 2 * random.nextGaussian());
    }
    int[] labels = random.ints(examples, 0, classes).toArray();
    return new Batch(pixels, labels, Arrays.stream(labels).mapToObj(Integer::toString).toList());
  }

  private INDArray images(Batch batch) {
    long[] shape =
        Stream.concat(Stream.of((long) batch.examples()), image.stream())
            .mapToLong(Long::longValue)
            .toArray();
    return Nd4j.create(batch.pixels(), shape, 'c');
  }

  private INDArray labels(Batch batch) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch.examples(), classes);
    for (int i = 0; i < batch.examples(); i++) {
      labels.putScalar(i, batch.labels()[i], 1);
    }
    return labels;
  }
}
