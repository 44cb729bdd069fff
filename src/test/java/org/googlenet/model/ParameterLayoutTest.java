package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.model.ParameterLayout.Entry;
import org.googlenet.model.ParameterLayout.Kind;
import org.googlenet.model.ParameterLayout.Range;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where the parameters of DL4J's networks lie, against the networks themselves. */
class ParameterLayoutTest {

  private static final MomentumSgd SGD =
      new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 0);

  @Test
  void googLeNetsParametersLieWhereDl4jHasThemAndAllAreTrained() {
    ComputationGraph network =
        initialised(
            new GoogLeNet(10, 65, Initialisation.HE, 0.2, 0.4, 0.7, LossWeights.PAPER)
                .configuration(SGD, 2e-4, 1));
    ParameterLayout layout = assertThatItIsDl4js(network);

    assertThat(layout.trained()).containsExactly(new Range(0, layout.length()));
    assertThat(layout.find("conv1", "W"))
        .contains(new Entry("conv1", "W", List.of(64L, 3L, 7L, 7L), 'c', 64, Kind.WEIGHT, true));
    assertThat(layout.find("conv1", "b").orElseThrow().range()).isEqualTo(new Range(0, 64));
    assertThat(layout.find("main", "W").orElseThrow())
        .satisfies(
            weights -> {
              assertThat(weights.shape()).containsExactly(1024L, 10L);
              assertThat(weights.order()).isEqualTo('f');
              assertThat(weights.name()).isEqualTo("main_W");
            });
    assertThat(layout.of("pool1")).isEmpty();
    assertThat(layout.find("pool1", "W")).isEmpty();
  }

  @Test
  void runningMeanAndVarianceAreStateAndNotTrained() {
    ComputationGraph network = initialised(Normalised.network(SGD, 0));
    ParameterLayout layout = assertThatItIsDl4js(network);

    assertThat(layout.of("norm"))
        .extracting(Entry::parameter, Entry::kind, Entry::trained)
        .containsExactly(
            tuple("gamma", Kind.OTHER, true),
            tuple("beta", Kind.OTHER, true),
            tuple("mean", Kind.OTHER, false),
            tuple("log10stdev", Kind.OTHER, false));
    Range mean = layout.find("norm", "mean").orElseThrow().range();
    Range variance = layout.find("norm", "log10stdev").orElseThrow().range();
    assertThat(layout.trained())
        .containsExactly(
            new Range(0, mean.from()), new Range(variance.to(), layout.length() - variance.to()));
    assertThat(mean.to()).isEqualTo(variance.from());
  }

  @Test
  void aFrozenLayerIsNotTrained() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .updater(SGD)
            .graphBuilder()
            .addInputs("input")
            .setInputTypes(InputType.convolutional(8, 8, 3))
            .addLayer(
                "frozen",
                new FrozenLayer(
                    new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.RELU).build()),
                "input")
            .addLayer("output", Normalised.softmax(), "frozen")
            .setOutputs("output")
            .build();
    ParameterLayout layout = assertThatItIsDl4js(initialised(configuration));

    assertThat(layout.of("frozen")).hasSize(2).noneMatch(Entry::trained);
    assertThat(layout.of("output")).hasSize(2).allMatch(Entry::trained);
  }

  /** Each entry is the view that DL4J has of its own flat vector. */
  private static ParameterLayout assertThatItIsDl4js(ComputationGraph network) {
    ParameterLayout layout = ParameterLayout.of(network.getConfiguration());
    Map<String, INDArray> table = network.paramTable();
    assertThat(layout.entries()).extracting(Entry::name).containsOnlyOnceElementsOf(table.keySet());
    assertThat(layout.length()).isEqualTo((int) network.numParams());
    float[] flat = network.params().data().asFloat();
    List<Range> ranges = new ArrayList<>();
    for (Entry entry : layout.entries()) {
      INDArray parameter = table.get(entry.name());
      assertThat(entry.shape()).isEqualTo(LongStream.of(parameter.shape()).boxed().toList());
      assertThat(parameter.dup(entry.order()).data().asFloat())
          .as(entry.name())
          .isEqualTo(Arrays.copyOfRange(flat, entry.range().from(), entry.range().to()));
      ranges.add(entry.range());
    }
    for (int i = 1; i < ranges.size(); i++) {
      assertThat(ranges.get(i).from()).isEqualTo(ranges.get(i - 1).to());
    }
    return layout;
  }

  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }
}
