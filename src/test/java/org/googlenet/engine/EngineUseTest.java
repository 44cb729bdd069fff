package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.engine.onednn.Plan;
import org.googlenet.model.Batch;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What an engine on somebody's network refuses, since it would end the JVM or train nonsense. */
class EngineUseTest {

  private static final int EXAMPLES = 2;
  private static final RandomGraph DRAWN = RandomGraph.of(9);
  private static final Batch BATCH = DRAWN.batch(EXAMPLES, 1);

  @BeforeAll
  static void library() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  @Test
  void imagesOfAnotherShapeThanTheNetworkWasBuiltForAreRefused() {
    ComputationGraph graph =
        new ComputationGraph(
            GoogLeNet.of(3, GoogLeNet.SMALLEST_SIDE)
                .configuration(MomentumSgd.of(LearningRateSchedule.constant(0.01)), 0, 1));
    graph.init();
    for (long[] image : new long[][] {{3, 224, 224}, {3, 80, 80}, {1, 65, 65}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> OneDnnEngine.of(graph).image(image[0], image[1], image[2]).open())
          .withMessageContainingAll(
              List.of(image[0], image[1], image[2]).toString(), "[3, 65, 65]");
    }
    graph.close();
  }

  @Test
  void channelsThatTheFirstLayerDoesNotReadAreRefused() {
    ComputationGraph graph = DRAWN.network();
    List<Long> image = DRAWN.image();
    assertThatThrownBy(
            () -> {
              try (OneDnnEngine engine =
                  OneDnnEngine.of(graph)
                      .image(image.get(0) + 1, image.get(1), image.get(2))
                      .open()) {
                engine.trainingBytes();
              }
            })
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining(Long.toString(image.get(0) + 1));
  }

  @Test
  void aBatchOfNothingIsRefusedAndSoAreNumbersBelowOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Batch(new float[0], new int[0], List.of()))
        .withMessageContaining("no examples");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Batch(new float[5], new int[2], List.of()))
        .withMessageContainingAll("5 values", "2 examples");
    OneDnnEngine.Builder builder = OneDnnEngine.of(DRAWN.network());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.batch(0))
        .withMessage("batch: 0: must be at least 1");
    for (int threads : new int[] {0, -1, 1025}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.threads(threads))
          .withMessageContaining("threads: " + threads);
      assertThatIllegalArgumentException().isThrownBy(() -> NativeThreads.use(threads));
    }
  }

  @Test
  void afterTheNetworkIsClosedNothingIsComputed() {
    ComputationGraph graph = DRAWN.network();
    try (OneDnnEngine engine = DRAWN.engine(graph).batch(EXAMPLES).open()) {
      engine.step(BATCH, 0, 1);
      graph.close();
      assertThatIllegalStateException()
          .isThrownBy(() -> engine.step(BATCH, 1, 1))
          .withMessageContaining("network is closed");
      assertThatIllegalStateException().isThrownBy(() -> engine.probabilities(BATCH));
      assertThatIllegalStateException()
          .isThrownBy(() -> engine.readParameters(new float[engine.parameters()]));
    }
    assertThatIllegalStateException().isThrownBy(() -> OneDnnEngine.of(graph));
  }

  @Test
  void aNetworkThatIsNotInitialisedIsRefused() {
    ComputationGraph graph = DRAWN.network();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OneDnnEngine.of(new ComputationGraph(graph.getConfiguration())))
        .withMessageContaining("init()");
  }

  @Test
  void aGradientOrUpdaterThatReplacesTheOneThatTheEngineKnowsIsRefused() {
    ComputationGraph graph =
        RandomGraph.of(
                9, builder -> builder.updater(MomentumSgd.of(LearningRateSchedule.constant(0.01))))
            .network();
    try (OneDnnEngine engine = DRAWN.engine(graph).batch(EXAMPLES).open()) {
      engine.step(BATCH, 0, 1);
      graph.setUpdater(new ComputationGraphUpdater(graph));
      assertThatIllegalStateException()
          .isThrownBy(() -> engine.step(BATCH, 1, 1))
          .withMessageContaining("updater");
      graph.initGradientsView();
      assertThatIllegalStateException()
          .isThrownBy(() -> engine.gradient(BATCH, 1))
          .withMessageContaining("initialised again");
    }
  }

  @Test
  void anotherThreadIsRefusedWhileAStepIsMadeAndServedAfterwards() {
    AtomicReference<Throwable> refusal = new AtomicReference<>();
    AtomicReference<OneDnnEngine> used = new AtomicReference<>();
    ComputationGraph graph = DRAWN.network();
    graph.addListeners(
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model model) {
            CompletableFuture<?> other =
                CompletableFuture.runAsync(() -> used.get().probabilities(BATCH));
            try {
              other.join();
            } catch (CompletionException e) {
              refusal.set(e.getCause());
            }
          }
        });
    try (OneDnnEngine engine = DRAWN.engine(graph).batch(EXAMPLES).open()) {
      used.set(engine);
      engine.step(BATCH, 0, 1);
      assertThat(refusal.get())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the engine is in use by another thread: give each thread its own");
      assertThat(CompletableFuture.supplyAsync(() -> engine.probabilities(BATCH)).join())
          .isNotEmpty();
    }
  }

  @Test
  void aListenerCannotCloseTheEngineThatCallsIt() {
    AtomicReference<OneDnnEngine> used = new AtomicReference<>();
    ComputationGraph graph = DRAWN.network();
    graph.addListeners(
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model model) {
            used.get().close();
          }
        });
    try (OneDnnEngine engine = DRAWN.engine(graph).batch(EXAMPLES).open()) {
      used.set(engine);
      assertThatIllegalStateException()
          .isThrownBy(() -> engine.step(BATCH, 0, 1))
          .withMessageContaining("in use");
      assertThat(engine.probabilities(BATCH)).isNotEmpty();
    }
  }

  @Test
  void aLoanThatIsGivenBackTwiceIsInThePoolOnce() {
    EngineSpec spec =
        EngineSpec.of(EngineContract.configuration(EngineContract.RATE, 0, 0))
            .withBatch(1)
            .withKind(EngineKind.ONEDNN);
    Engines.Loan loan = Engines.borrow(spec);
    loan.done();
    loan.close();
    loan.close();
    assertThatIllegalStateException().isThrownBy(loan::engine);
    try (Engines.Loan one = Engines.borrow(spec);
        Engines.Loan other = Engines.borrow(spec)) {
      assertThat(one.engine()).isNotSameAs(other.engine());
    }
  }

  @Test
  void aPlanRefusesVectorsThatAreNotTheNetworks() {
    ComputationGraph graph = DRAWN.network();
    Network network = Network.of(graph.getConfiguration());
    Plan.Options options = new Plan.Options(EXAMPLES, List.of(DRAWN.image()), false, true);
    try (INDArray shorter = Nd4j.zeros(DataType.FLOAT, 10);
        INDArray doubles = Nd4j.zeros(DataType.DOUBLE, graph.numParams())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Plan.forInference(network, options, 1, shorter))
          .withMessageContainingAll("parameters", "10 values");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Plan.forInference(network, options, 1, doubles))
          .withMessageContaining("DOUBLE");
    }
    try (Plan plan = Plan.forInference(network, options, 1, graph.params())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> plan.setImages(BATCH.pixels(), 0, EXAMPLES + 1));
      assertThatIllegalArgumentException().isThrownBy(() -> plan.readLogits(0, new float[1]));
      assertThatIllegalArgumentException().isThrownBy(() -> plan.kept("nowhere"));
      plan.close();
      assertThatIllegalStateException().isThrownBy(plan::forward);
      assertThatIllegalStateException()
          .isThrownBy(() -> plan.setImages(BATCH.pixels(), 0, EXAMPLES));
    }
  }
}
