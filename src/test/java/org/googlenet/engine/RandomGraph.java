package org.googlenet.engine;

import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.model.Batch;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * A small random network of the kinds of layer that engine onednn knows, the same for the same
 * seed. Local response normalisation is not among them: DL4J's own gradient of it is wrong.
 *
 * @param image channels, height and width of the input
 * @param classes of each output
 */
record RandomGraph(
    ComputationGraphConfiguration configuration, List<Long> image, List<Integer> classes) {

  static final int CLASSES = 3;

  static RandomGraph of(long seed) {
    return of(seed, builder -> builder.updater(new Sgd(0.1)));
  }

  /**
   * A network that is trained in a way of its own.
   *
   * @param training sets the updater, and what else changes gradients
   */
  static RandomGraph of(long seed, UnaryOperator<NeuralNetConfiguration.Builder> training) {
    return new GraphDrawing(new Random(seed), training).draw();
  }

  /** Random images, and labels that every output has. */
  Batch batch(int examples, long seed) {
    Random random = new Random(seed);
    float[] pixels =
        new float[examples * (int) image.stream().mapToLong(x -> x).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    int[] labels = random.ints(examples, 0, CLASSES).toArray();
    return new Batch(pixels, labels, IntStream.of(labels).mapToObj(Integer::toString).toList());
  }

  /** Makes an engine that trains a network of this graph in place. */
  OneDnnEngine.Builder engine(ComputationGraph network) {
    return OneDnnEngine.of(network).image(image.get(0), image.get(1), image.get(2));
  }

  /** The batch's images as DL4J takes them. */
  INDArray images(Batch batch) {
    return Nd4j.create(
        batch.pixels(),
        new long[] {batch.examples(), image.get(0), image.get(1), image.get(2)},
        'c');
  }

  /** One-hot labels for each output. */
  INDArray[] labels(Batch batch) {
    return classes.stream().map(number -> oneHot(batch, number)).toArray(INDArray[]::new);
  }

  /** A network whose dropouts are DL4J's own and drawn by chance. */
  ComputationGraph network() {
    return network(copy());
  }

  /** A network with the same initial parameters whose dropouts drop what engine onednn drops. */
  ComputationGraph networkThatDrops(long seed) {
    ComputationGraphConfiguration given = copy();
    GivenDropout.replaceIn(given, seed);
    return network(given);
  }

  /** Losses remember their last value and belong to a configuration. */
  private ComputationGraphConfiguration copy() {
    return ComputationGraphConfiguration.fromJson(configuration.toJson());
  }

  private static ComputationGraph network(ComputationGraphConfiguration configuration) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }

  private static INDArray oneHot(Batch batch, int classes) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch.examples(), classes);
    for (int i = 0; i < batch.examples(); i++) {
      labels.putScalar(i, batch.labels()[i], 1);
    }
    return labels;
  }
}
