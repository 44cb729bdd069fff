package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;

/** What the configuration of a network says of its heads. */
class HeadTest {

  @Test
  void aNetworkOfOneHeadHasThatOneAndTheUnitsThatFeedIt() {
    assertThat(Head.of(AnyHeads.network(1, 16, 3)))
        .containsExactly(new Head("out0", 1, List.of("out0"), List.of("conv")));
  }

  @Test
  void ofFiveHeadsEachHasItsWeightTheLayersNamedAfterItAndItsOwnUnits() {
    List<Head> heads = Head.of(AnyHeads.network(5, 16, 3));

    assertThat(Head.names(heads)).isEqualTo(AnyHeads.names(5));
    assertThat(heads)
        .contains(
            new Head("out0", 1, List.of("out0"), List.of("conv")),
            new Head("out3", 0.25, List.of("out3.hidden", "out3"), List.of("out3.hidden")));
  }

  @Test
  void aHeadThatIsFedByNoReluUnitsHasNone() {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .updater(new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 0));
    OutputLayer output =
        new OutputLayer.Builder(new WeightedLoss(1)).nOut(3).activation(Activation.SOFTMAX).build();
    var behindNormalisation =
        builder
            .graphBuilder()
            .addInputs("input")
            .setInputTypes(InputType.convolutional(8, 8, 3))
            .addLayer(
                "conv",
                new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.RELU).build(),
                "input")
            .addLayer("norm", new BatchNormalization(), "conv")
            .addLayer("behindNorm", output, "norm")
            .addLayer("behindInput", (OutputLayer) output.clone(), "input")
            .setOutputs("behindNorm", "behindInput")
            .build();

    assertThat(Head.of(behindNormalisation)).extracting(Head::reluLayers).containsOnly(List.of());
  }
}
