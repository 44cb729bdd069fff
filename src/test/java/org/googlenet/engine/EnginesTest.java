package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.ImageInput;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.LossWeights;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.WeightedLoss;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;

/** Which engine a wish becomes, with the library of this machine and with others. */
class EnginesTest {

  private static final MomentumSgd SGD =
      new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 5);
  private static final String GOOGLENET =
      new GoogLeNet(
              3,
              GoogLeNet.SMALLEST_SIDE,
              Initialisation.HE,
              0,
              0.4,
              0.7,
              new LossWeights(1, 0.3, 0.3))
          .configuration(SGD, 0, 1)
          .toJson();

  private static final OneDnnLibrary HERE = OneDnnLibrary.find();
  private static final OneDnnLibrary NONE =
      new OneDnnLibrary(null, "oneDNN has no library for linux-riscv64");
  private static final OneDnnLibrary OLD_PROCESSOR = new OneDnnLibrary("avx2", null);

  @AfterEach
  void closeEngines() {
    Engines.closeIdle();
  }

  private static EngineSpec wanted(EngineKind kind, Precision precision) {
    return wanted(GOOGLENET, kind, precision);
  }

  private static EngineSpec wanted(String network, EngineKind kind, Precision precision) {
    return EngineSpec.of(network).withBatch(2).withKind(kind).withPrecision(precision);
  }

  private static EngineProblem refusal(EngineSpec wanted, OneDnnLibrary library) {
    EngineProblem problem =
        catchThrowableOfType(EngineProblem.class, () -> Engines.choose(wanted, library));
    assertThat(problem).isNotNull();
    assertThat(problem.exitCode()).isEqualTo(2);
    assertThat(problem.getMessage()).doesNotContain("\n");
    return problem;
  }

  @Test
  void autoIsOneDnnWhereItsLibraryLoadsAndTheNetworkCompiles() {
    assumeThat(HERE.isThere()).isTrue();
    EngineSpec wanted = wanted(EngineKind.AUTO, Precision.FP32);

    EngineChoice choice = Engines.choose(wanted);

    assertThat(choice.spec()).isEqualTo(wanted(EngineKind.ONEDNN, Precision.FP32));
    assertThat(choice.notes()).isEmpty();
    assertThat(choice.plannedBytes()).isPositive();
    assertThat(choice.instructions())
        .contains(HERE.instructions(), NativeThreads.instructions())
        .isEqualTo(Engines.instructions(EngineKind.ONEDNN));
    try (Engines.Loan loan = Engines.borrow(choice.spec())) {
      assertThat(loan.engine().name()).isEqualTo("onednn");
    }
  }

  @Test
  void autoIsDl4jWithOneNoteWhereTheLibraryIsMissing() {
    EngineChoice choice = Engines.choose(wanted(EngineKind.AUTO, Precision.FP32), NONE);

    assertThat(choice.spec()).isEqualTo(wanted(EngineKind.DL4J, Precision.FP32));
    assertThat(choice.instructions()).isEqualTo(NativeThreads.instructions());
    assertThat(choice.plannedBytes()).isZero();
    assertThat(choice.notes())
        .singleElement()
        .asString()
        .contains("engine auto: takes dl4j", "oneDNN has no library for linux-riscv64");
    try (Engines.Loan loan = Engines.borrow(choice.spec())) {
      assertThat(loan.engine().name()).isEqualTo("dl4j");
    }
  }

  @Test
  void aLayerThatOneDnnsEngineCannotDoIsNamed() {
    assumeThat(HERE.isThere()).isTrue();

    EngineChoice choice =
        Engines.choose(wanted(withRationalTanh(), EngineKind.AUTO, Precision.FP32));

    assertThat(choice.engine()).isEqualTo("dl4j");
    assertThat(choice.notes()).singleElement().asString().contains("vertex squash");
    assertThat(refusal(wanted(withRationalTanh(), EngineKind.ONEDNN, Precision.FP32), HERE))
        .hasMessageContainingAll("engine onednn: vertex squash", "set training.engine: dl4j");
  }

  @Test
  void autoDoesNotGoOnWithDl4jAfterAFaultOfTheCompiler() {
    assumeThat(HERE.isThere()).isTrue();
    IllegalStateException fault = new IllegalStateException("convolution writes nothing");

    assertThatThrownBy(
            () ->
                Engines.choose(
                    wanted(EngineKind.AUTO, Precision.FP32),
                    HERE,
                    engine -> {
                      throw fault;
                    }))
        .isSameAs(fault);
  }

  @Test
  void oneDnnThatIsAskedForByNameAndMissingIsAProblem() {
    assertThat(refusal(wanted(EngineKind.ONEDNN, Precision.FP32), NONE))
        .hasMessageContainingAll(
            "engine onednn: oneDNN has no library for linux-riscv64",
            "set training.engine: dl4j",
            "--engine dl4j");
  }

  @Test
  void bf16GoesOnInFp32OnAProcessorThatLacksItAndSaysSo() {
    assumeThat(HERE.isThere()).isTrue();
    for (EngineKind kind : new EngineKind[] {EngineKind.AUTO, EngineKind.ONEDNN}) {
      EngineChoice choice = Engines.choose(wanted(kind, Precision.BF16), OLD_PROCESSOR);

      assertThat(choice.spec()).isEqualTo(wanted(EngineKind.ONEDNN, Precision.FP32));
      assertThat(choice.precision()).isEqualTo("fp32");
      assertThat(choice.notes())
          .singleElement()
          .asString()
          .contains("precision bf16", "AVX512_BF16", "AMX", "avx2", "fp32");
    }
  }

  @Test
  void bf16IsTakenWhereTheProcessorHasIt() {
    assumeThat(HERE.hasBf16()).isTrue();

    EngineChoice choice = Engines.choose(wanted(EngineKind.AUTO, Precision.BF16));

    assertThat(choice.spec()).isEqualTo(wanted(EngineKind.ONEDNN, Precision.BF16));
    assertThat(choice.notes()).isEmpty();
  }

  @Test
  void bf16WithDl4jIsANoteWhereAutoTookItAndAProblemWhereItWasNamed() {
    EngineChoice choice = Engines.choose(wanted(EngineKind.AUTO, Precision.BF16), NONE);

    assertThat(choice.spec()).isEqualTo(wanted(EngineKind.DL4J, Precision.FP32));
    assertThat(choice.notes())
        .satisfiesExactly(
            engine -> assertThat(engine).contains("linux-riscv64"),
            precision -> assertThat(precision).contains("precision bf16", "fp32"));
    assertThat(refusal(wanted(EngineKind.DL4J, Precision.BF16), HERE))
        .hasMessageContainingAll("precision bf16", "engine onednn");
  }

  @Test
  void aMachineThatCannotDoWhatAnotherOneChoseSaysSo() {
    assertThatThrownBy(() -> Engines.oneDnn(wanted(EngineKind.ONEDNN, Precision.FP32), NONE))
        .isInstanceOf(EngineProblem.class)
        .hasMessageContainingAll("another machine", "linux-riscv64", "training.engine: dl4j");
    assertThatThrownBy(
            () -> Engines.oneDnn(wanted(EngineKind.ONEDNN, Precision.BF16), OLD_PROCESSOR))
        .isInstanceOf(EngineProblem.class)
        .hasMessageContainingAll("another machine", "avx2", "training.precision: fp32");
  }

  @Test
  void anEngineThatIsNotDecidedCannotBeBorrowed() {
    assertThatThrownBy(() -> Engines.borrow(wanted(EngineKind.AUTO, Precision.FP32)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("choose");
  }

  private static String withRationalTanh() {
    return new NeuralNetConfiguration.Builder()
        .updater(SGD)
        .graphBuilder()
        .addInputs("input")
        .setInputTypes(InputType.convolutional(8, 8, 3))
        .addLayer(
            "conv",
            new ConvolutionLayer.Builder(3, 3).nOut(8).activation(Activation.RELU).build(),
            new ImageInput(8),
            "input")
        .addLayer("squash", new ActivationLayer(Activation.RATIONALTANH), "conv")
        .addLayer(
            "main",
            new OutputLayer.Builder(new WeightedLoss(1))
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build(),
            "squash")
        .setOutputs("main")
        .build()
        .toJson();
  }
}
