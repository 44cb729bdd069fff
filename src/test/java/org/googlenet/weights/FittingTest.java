package org.googlenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.ParameterLayout;
import org.junit.jupiter.api.Test;

/** What does not fit is named; what fits is taken; what is to be fresh stays fresh. */
class FittingTest {

  private static final ParameterLayout LAYOUT = layout(3, 65);
  private static final float FRESH = 7;

  private final float[] flat = new float[LAYOUT.length()];

  private static ParameterLayout layout(int classes, int side) {
    return ParameterLayout.of(
        GoogLeNet.of(classes, side)
            .configuration(new MomentumSgd(0, new LearningRateSchedule.Constant(0, 0), 0), 0, 0));
  }

  /** Tensors of ones, under torchvision's names. */
  private static Map<String, Tensor> ones(ParameterLayout layout) {
    float[] ones = new float[layout.length()];
    Arrays.fill(ones, 1);
    return new TreeMap<>(
        NetworkTensors.of("x", layout, ones, Map.of()).as(ParameterNames.TORCHVISION));
  }

  private Fitting fit(Map<String, Tensor> tensors, String... replace) {
    Arrays.fill(flat, FRESH);
    return Fitting.of(
        NetworkTensors.of(new NamedTensors("x.pth", "pth", tensors, Map.of())),
        LAYOUT,
        flat,
        List.of(replace));
  }

  private static void require(Fitting fitting) {
    fitting.requireWhole("x.pth", "plain", "start.replace: [%s]", "start.strict: false");
  }

  private float at(String vertex) {
    return flat[LAYOUT.of(vertex).get(0).offset()];
  }

  @Test
  void aMissingASurplusAndAMisshapenTensorAreNamed() {
    Map<String, Tensor> tensors = ones(LAYOUT);
    tensors.remove("conv1.conv.bias");
    tensors.put("inception6.weight", Tensor.of(List.of(1), new float[1]));
    tensors.put("conv2.conv.bias", Tensor.of(List.of(2), new float[2]));
    Fitting fitting = fit(tensors);
    assertThatThrownBy(() -> require(fitting))
        .isInstanceOf(WeightsProblem.class)
        .hasMessage(
            "x.pth: does not fit the network (plain): 1 has another shape: conv2_b (conv2.conv.bias)"
                + " is [2] and not [64]; 1 is missing: conv1_b; 1 is not of the network:"
                + " inception6.weight; take what fits by start.strict: false");
    assertThat(at("conv2")).isEqualTo(FRESH);
    assertThat(at("conv3")).isEqualTo(1);
    assertThat(fitting.lines())
        .containsExactly(
            "1 missing, so fresh: conv1_b",
            "1 of another shape, so fresh: conv2_b (conv2.conv.bias) is [2] and not [64]",
            "1 not of the network, so left out: inception6.weight");
  }

  @Test
  void otherClassesAreRefusedWithTheRemedyWhichThenHelps() {
    Map<String, Tensor> tensors = ones(layout(5, 65));
    assertThatThrownBy(() -> require(fit(tensors)))
        .hasMessageContaining("6 have another shape: ")
        .hasMessageContaining("aux1_W (aux1.fc2.weight) is [1024, 5] and not [1024, 3]")
        .hasMessageContaining(
            "give fresh weights to them by start.replace: [classifiers], or take");
    Fitting fitting = fit(tensors, "classifiers");
    assertThatCode(() -> require(fitting)).doesNotThrowAnyException();
    assertThat(fitting.fresh()).containsExactly("aux1", "aux2", "main");
    assertThat(List.of(at("main"), at("aux1"), at("aux2"))).containsOnly(FRESH);
    assertThat(at("aux1.fc1")).isEqualTo(1);
  }

  @Test
  void anotherSideIsRefusedWithTheRemedyWhichThenHelps() {
    Map<String, Tensor> tensors = ones(layout(3, 224));
    assertThatThrownBy(() -> require(fit(tensors)))
        .hasMessageContaining("aux1.fc1_W (aux1.fc1.weight) is [2048, 1024] and not [128, 1024]")
        .hasMessageContaining("start.replace: [aux1.fc1,aux2.fc1], or");
    assertThat(fit(tensors, "aux1.fc1", "aux2.fc1").isWhole()).isTrue();
  }

  @Test
  void aSourceWithoutAuxiliaryHeadsIsRefusedWithTheRemedyWhichThenHelps() {
    Map<String, Tensor> tensors = ones(LAYOUT);
    tensors.keySet().removeIf(name -> name.startsWith("aux"));
    assertThatThrownBy(() -> require(fit(tensors)))
        .hasMessageContaining("12 are missing: ")
        .hasMessageContaining("start.replace: [auxiliary], or");
    assertThat(fit(tensors, "auxiliary").isWhole()).isTrue();
  }

  @Test
  void aBlockCanBeReplacedAndALayerThatIsNoneIsRefused() {
    assertThat(fit(ones(LAYOUT), "5b", "conv2").fresh())
        .containsExactly(
            "5b.1x1",
            "5b.3x3",
            "5b.3x3.reduce",
            "5b.5x5",
            "5b.5x5.reduce",
            "5b.pool.project",
            "conv2");
    assertThat(at("5b.1x1")).isEqualTo(FRESH);
    assertThat(at("5a.1x1")).isEqualTo(1);
    assertThatThrownBy(() -> fit(ones(LAYOUT), "6a"))
        .isInstanceOf(WeightsProblem.class)
        .hasMessage(
            "6a: there is no such layer to replace; name one of stem, 3a, 3b, 4a, 4b, 4c, 4d, 4e,"
                + " 5a, 5b, main, aux1, aux2, classifiers, auxiliary, a run of the stem and blocks"
                + " in their order such as stem..4e, or a single layer such as 3a.1x1");
  }

  @Test
  void aHeadsNameIsAllOfItAndARunIsOfItsParts() {
    assertThat(fit(ones(LAYOUT), "aux1").fresh()).containsExactly("aux1", "aux1.conv", "aux1.fc1");
    assertThat(fit(ones(LAYOUT), "stem..3a").fresh())
        .hasSize(9)
        .contains("conv1", "3a.pool.project");
  }

  @Test
  void valuesThatAreNoNumbersAreRefused() {
    Map<String, Tensor> tensors = ones(LAYOUT);
    tensors.put("fc.bias", Tensor.of(List.of(3), new float[] {1, Float.NaN, 1}));
    assertThatThrownBy(() -> fit(tensors))
        .isInstanceOf(WeightsProblem.class)
        .hasMessageStartingWith("x.pth: main_b (fc.bias): has the value NaN");
    tensors.put("fc.bias", Tensor.unreadable(List.of(3), "I8"));
    assertThatThrownBy(() -> fit(tensors))
        .hasMessageStartingWith("x.pth: main_b (fc.bias): its values are I8");
  }

  @Test
  void whatPyTorchCountsIsPassedOver() {
    Map<String, Tensor> tensors = ones(LAYOUT);
    tensors.put("conv1.bn.num_batches_tracked", Tensor.unreadable(List.of(), "I64"));
    assertThat(fit(tensors).isWhole()).isTrue();
  }
}
