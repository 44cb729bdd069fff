package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.engine.onednn.Plan;
import org.googlenet.model.Batch;
import org.googlenet.model.Golden;
import org.googlenet.model.GoldenChecks;
import org.googlenet.model.GoldenChecks.Limits;
import org.googlenet.model.GoldenChecks.Training;
import org.googlenet.model.GoogLeNet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds engine onednn to numbers of another framework: forward pass, losses, every gradient, and
 * five steps of training, by each of its arithmetics.
 */
class OneDnnGoldenTest {

  /** The library takes Winograd's algorithm for batches of some size only. */
  private static final int BATCH_FOR_WINOGRAD = 12;

  private static final int THREADS = Math.min(2, Runtime.getRuntime().availableProcessors());

  /** What a plan computes with. */
  private enum Arithmetic {
    WINOGRAD(false, true, Limits.FP32),
    DIRECT(false, false, Limits.FP32),
    BF16(true, true, Limits.BF16);

    private final boolean bf16;
    private final boolean winograd;

    @SuppressWarnings("ImmutableEnumChecker") // an array in a record
    private final Limits limits;

    Arithmetic(boolean bf16, boolean winograd, Limits limits) {
      this.bf16 = bf16;
      this.winograd = winograd;
      this.limits = limits;
    }
  }

  /**
   * A file, and how it is computed.
   *
   * @param batch of the plan, from the file's batch up
   */
  record Case(Golden golden, Arithmetic arithmetic, int batch) {

    Plan.Options options() {
      long side = golden.side();
      return new Plan.Options(
          batch, List.of(List.of(3L, side, side)), arithmetic.bf16, arithmetic.winograd);
    }

    GoldenChecks checks() {
      return new GoldenChecks(golden, arithmetic.limits);
    }

    OneDnnEngine engine(ComputationGraph network) {
      long side = golden.side();
      return OneDnnEngine.of(network)
          .image(3, side, side)
          .batch(batch)
          .threads(THREADS)
          .precision(arithmetic.bf16 ? Precision.BF16 : Precision.FP32)
          .convolution(arithmetic.winograd ? Convolution.AUTO : Convolution.DIRECT)
          .open();
    }

    Batch images() {
      return new Batch(
          golden.images(), golden.labels(), Collections.nCopies(golden.batch(), "golden"));
    }

    void assume() {
      OneDnnLibrary library = OneDnnLibrary.find();
      assumeThat(library.problem()).as("oneDNN's library loads").isNull();
      if (arithmetic.bf16) {
        assumeThat(library.hasBf16()).as("bf16 on %s", library.instructions()).isTrue();
      }
    }

    /** The library has it for the widest vectors only. */
    boolean needsWinograd() {
      return arithmetic == Arithmetic.WINOGRAD
          && OneDnnLibrary.find().instructions().startsWith("avx512");
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s, %s, plan for %d", golden, arithmetic, batch);
    }
  }

  static List<Case> cases() throws IOException {
    return cases(Golden.all());
  }

  static List<Case> casesOfVariants() throws IOException {
    return cases(Golden.variants());
  }

  private static List<Case> cases(List<Golden> goldens) {
    List<Case> cases = new ArrayList<>();
    for (Golden golden : goldens) {
      cases.add(new Case(golden, Arithmetic.DIRECT, golden.batch()));
      cases.add(new Case(golden, Arithmetic.DIRECT, golden.batch() + 3));
      cases.add(new Case(golden, Arithmetic.WINOGRAD, BATCH_FOR_WINOGRAD));
      cases.add(new Case(golden, Arithmetic.BF16, golden.batch()));
      cases.add(new Case(golden, Arithmetic.BF16, golden.batch() + 3));
      cases.add(new Case(golden, Arithmetic.BF16, BATCH_FOR_WINOGRAD));
    }
    return cases;
  }

  /** A plan that is larger than the batch makes no difference to the update. */
  static List<Case> casesOfTraining() throws IOException {
    return ofTraining(cases());
  }

  static List<Case> casesOfVariantsTraining() throws IOException {
    return ofTraining(casesOfVariants());
  }

  private static List<Case> ofTraining(List<Case> cases) {
    return cases.stream()
        .filter(c -> c.arithmetic.winograd || c.batch == c.golden.batch())
        .toList();
  }

  @BeforeEach
  void threads() {
    NativeThreads.use(THREADS);
  }

  @ParameterizedTest
  @MethodSource({"cases", "casesOfVariants"})
  void theForwardPassAgreesAtEveryStage(Case given) {
    given.assume();
    Golden golden = given.golden;
    ComputationGraph network = GoldenChecks.network(golden, 0, 0);
    Network all = Network.ofAllVertices(network.getConfiguration());
    List<String> stages = new ArrayList<>();
    golden
        .expected()
        .get("stages")
        .fieldNames()
        .forEachRemaining(vertex -> stages.add(all.results().get(vertex)));
    GoldenChecks checks = given.checks();
    try (Plan plan = forward(given, all, stages, network)) {
      checks.stages(vertex -> firstExamples(plan.kept(all.results().get(vertex)), plan, golden));
    }
    Network joined = Network.of(network.getConfiguration());
    try (Plan plan = forward(given, joined, List.of(), network)) {
      checks.logits(
          head -> {
            float[] logits = new float[plan.batch() * golden.classes()];
            plan.readLogits(GoogLeNet.HEADS.indexOf(head), logits);
            return firstExamples(logits, plan, golden);
          });
      if (given.needsWinograd()) {
        assertThat(plan.profile())
            .extracting(Plan.Timing::implementation)
            .anyMatch(name -> name.contains("wino"));
      }
    }
    network.close();
    checks.hold(given.toString());
  }

  /** A plan that has computed the file's images. */
  private static Plan forward(
      Case given, Network nodes, List<String> kept, ComputationGraph network) {
    Plan plan =
        Plan.forInference(nodes, given.options(), GoogLeNet.HEADS.size(), kept, network.params());
    plan.readWeights();
    plan.setImages(given.golden.images(), 0, given.golden.batch());
    plan.forward();
    return plan;
  }

  @ParameterizedTest
  @MethodSource({"cases", "casesOfVariants"})
  void lossesAndEveryGradientAgree(Case given) {
    given.assume();
    ComputationGraph network = GoldenChecks.network(given.golden, 0, 0);
    GoldenChecks checks = given.checks();
    try (OneDnnEngine engine = given.engine(network)) {
      checks.losses(engine.gradient(given.images(), 0));
      checks.gradients(network);
    }
    network.close();
    checks.hold(given.toString());
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("casesOfTraining")
  void fiveStepsOfTrainingAgreeWithDecayOnWeightsOnly(Case given) {
    given.assume();
    GoldenChecks checks = given.checks();
    checks.trajectories(network -> new Steps(given, network));
    checks.hold(given.toString());
  }

  @ParameterizedTest
  @MethodSource("casesOfVariantsTraining")
  void aStepMovesParametersAndRunningStatisticsAsPyTorch(Case given) {
    given.assume();
    GoldenChecks checks = given.checks();
    checks.step(network -> new Steps(given, network));
    checks.hold(given.toString());
  }

  /** Steps of one engine on the file's batch. */
  private static final class Steps implements Training {

    private final OneDnnEngine engine;
    private final Batch batch;
    private int step;

    Steps(Case given, ComputationGraph network) {
      this.engine = given.engine(network);
      this.batch = given.images();
    }

    @Override
    public double[] step() {
      return engine.step(batch, step++, 0);
    }

    @Override
    public double[] losses() {
      return engine.gradient(batch, 0);
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  private static float[] firstExamples(float[] values, Plan plan, Golden golden) {
    return Arrays.copyOf(values, values.length / plan.batch() * golden.batch());
  }
}
