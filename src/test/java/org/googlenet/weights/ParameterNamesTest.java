package org.googlenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every parameter has one name in each program, and goes there and back without a change. */
class ParameterNamesTest {

  private static ParameterLayout layout() {
    return ParameterLayout.of(
        GoogLeNet.of(3, 65)
            .configuration(new MomentumSgd(0, new LearningRateSchedule.Constant(0, 0), 0), 0, 0));
  }

  @ParameterizedTest
  @EnumSource(ParameterNames.class)
  void eachParameterHasANameOfItsOwnThatLeadsBackToIt(ParameterNames names) {
    List<Entry> entries = layout().entries();
    for (Entry entry : entries) {
      assertThat(names.theirs(entry.name()).flatMap(names::own)).contains(entry.name());
    }
    assertThat(entries.stream().map(entry -> names.theirs(entry.name())).distinct())
        .hasSameSizeAs(entries);
  }

  @ParameterizedTest
  @CsvSource({
    "conv1_W, conv1.conv.weight, conv1/7x7_s2[0]",
    "conv1_b, conv1.conv.bias, conv1/7x7_s2[1]",
    "conv3_W, conv3.conv.weight, conv2/3x3[0]",
    "conv1.bn_gamma, conv1.bn.weight,",
    "3a.5x5.reduce.bn_mean, inception3a.branch3.0.bn.running_mean,",
    "3a.3x3.reduce_W, inception3a.branch2.0.conv.weight, inception_3a/3x3_reduce[0]",
    "5b.pool.project_b, inception5b.branch4.1.conv.bias, inception_5b/pool_proj[1]",
    "aux1.conv.bn_var, aux1.conv.bn.running_var,",
    "aux2.fc1_W, aux2.fc1.weight, loss2/fc[0]",
    "aux2_b, aux2.fc2.bias, loss2/classifier[1]",
    "main_W, fc.weight, loss3/classifier[0]"
  })
  void theNamesAreThoseOfTheOtherPrograms(String own, String torchvision, String caffe) {
    assertThat(ParameterNames.TORCHVISION.theirs(own)).contains(torchvision);
    assertThat(ParameterNames.CAFFE.theirs(own)).isEqualTo(Optional.ofNullable(caffe));
    assertThat(ParameterNames.of(List.of(torchvision))).isEqualTo(ParameterNames.TORCHVISION);
  }

  @ParameterizedTest
  @EnumSource(ParameterNames.class)
  void parametersGoThereAndBackBitForBit(ParameterNames names) {
    ParameterLayout layout = layout();
    float[] parameters = new float[layout.length()];
    Random random = new Random(7);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = random.nextFloat() - 0.5f;
    }
    Map<String, Tensor> theirs = NetworkTensors.of("here", layout, parameters, Map.of()).as(names);
    NetworkTensors back = NetworkTensors.of(new NamedTensors("there", "", theirs, Map.of()));
    float[] again = new float[parameters.length];
    Fitting fitting = Fitting.of(back, layout, again, List.of());
    assertThat(fitting.isWhole()).isTrue();
    assertThat(again).isEqualTo(parameters);
  }

  @Test
  void aFullyConnectedWeightIsTransposedForTheOthers() {
    ParameterLayout layout = layout();
    Entry main = layout.find("main", "W").orElseThrow();
    assertThat(main.shape()).containsExactly(1024L, 3L);
    float[] parameters = new float[layout.length()];
    FlatTensors.write(main, WeightSamples.ramp(main.length()), parameters);
    NetworkTensors own = NetworkTensors.of("here", layout, parameters, Map.of());
    assertThat(own.tensors().get("main_W").values()[5]).isEqualTo(5 / 4f - 1);
    Tensor torch = own.as(ParameterNames.TORCHVISION).get("fc.weight");
    assertThat(torch.shape()).containsExactly(3, 1024);
    assertThat(torch.values()[1024]).isEqualTo(own.tensors().get("main_W").values()[1]);
  }

  @Test
  void tensorsOfAnotherNetworkAreRefused() {
    Map<String, Tensor> others = new TreeMap<>();
    others.put("layer1.0.conv1.weight", Tensor.of(List.of(1), new float[1]));
    assertThatThrownBy(
            () -> NetworkTensors.of(new NamedTensors("resnet.pth", "pth", others, Map.of())))
        .isInstanceOf(WeightsProblem.class)
        .hasMessage(
            "resnet.pth: none of its 1 tensors (layer1.0.conv1.weight ...) is one of a GoogLeNet as"
                + " torchvision, Caffe or this program name them");
  }
}
