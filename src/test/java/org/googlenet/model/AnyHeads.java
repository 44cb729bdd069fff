package org.googlenet.model;

import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.Activation;

/** Small networks of any number of heads, for tests. */
public final class AnyHeads {

  /** ReLU units in front of each head. */
  public static final int UNITS = 16;

  private AnyHeads() {}

  /** The names of so many heads: {@code out0}, {@code out1} and so on. */
  public static List<String> names(int heads) {
    return IntStream.range(0, heads).mapToObj(head -> "out" + head).toList();
  }

  /**
   * A convolution and a pool; the first head is behind the pool, each other one behind a hidden
   * layer of its own, named after it. Losses weigh 1, 1/2, 1/3 and so on.
   */
  public static ComputationGraphConfiguration network(int heads, int side, int classes) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .updater(new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 5))
            .l2(1e-4)
            .biasInit(0.1)
            .graphBuilder()
            .addInputs("input")
            .setInputTypes(InputType.convolutional(side, side, 3))
            .addLayer(
                "conv",
                new ConvolutionLayer.Builder(5, 5)
                    .stride(2, 2)
                    .nOut(UNITS)
                    .activation(Activation.RELU)
                    .build(),
                new ImageInput(side),
                "input")
            .addLayer(
                "pool",
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                    .kernelSize(2, 2)
                    .stride(2, 2)
                    .build(),
                "conv");
    for (int head = 0; head < heads; head++) {
      String name = "out" + head;
      String input = "pool";
      if (head > 0) {
        input = name + ".hidden";
        graph.addLayer(
            input,
            new DenseLayer.Builder().nOut(UNITS).activation(Activation.RELU).build(),
            "pool");
      }
      graph.addLayer(
          name,
          new OutputLayer.Builder(new WeightedLoss(1.0 / (head + 1)))
              .nOut(classes)
              .activation(Activation.SOFTMAX)
              .build(),
          input);
    }
    return graph.setOutputs(names(heads).toArray(String[]::new)).build();
  }
}
