package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.engine.onednn.Plan;
import org.googlenet.model.Batch;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Memory outside the Java heap comes back: measured as the resident size of the process. */
class OneDnnMemoryTest {

  private static final Path STATUS = Path.of("/proc/self/status");

  private static final long SOME_MEGABYTES = 4 << 20;

  /** A leak shows in every round, what the JVM itself takes for its compilers does not. */
  private static final int MOST_ROUNDS = 3;

  private static final int EXAMPLES = 16;
  private static final long LONGEST_SECONDS = 60;
  private static final RandomGraph DRAWN = RandomGraph.of(9);

  @BeforeAll
  static void library() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    assumeThat(STATUS).as("the system says what is resident").exists();
    NativeThreads.use(1);
  }

  @Tag("slow")
  @Test
  void aThousandStepsAndPassesLeaveNothingBehind() {
    Batch batch = DRAWN.batch(EXAMPLES, 1);
    ComputationGraph network = DRAWN.network();
    try (OneDnnEngine engine = engine(network)) {
      train(engine, batch, 300);
      assertLeavesNothing(() -> train(engine, batch, 1000));
    }
  }

  @Tag("slow")
  @Test
  void twoHundredEnginesLeaveNothingBehind() {
    Batch batch = DRAWN.batch(EXAMPLES, 1);
    ComputationGraph network = DRAWN.network();
    openAndClose(network, batch, 10);
    assertLeavesNothing(() -> openAndClose(network, batch, 200));
  }

  @Tag("slow")
  @Test
  void twoHundredForgottenEnginesLeaveNothingBehind() {
    Batch batch = DRAWN.batch(EXAMPLES, 1);
    ComputationGraph network = DRAWN.network();
    openAndForget(network, batch, 10);
    assertLeavesNothing(() -> openAndForget(network, batch, 200));
  }

  @Test
  void aForgottenEngineIsFreedWithItsThreads() {
    Batch batch = DRAWN.batch(EXAMPLES, 1);
    ComputationGraph network = momentum();
    openAndClose(network, batch, 1); // what stays then is what classes hold
    long before = Pointer.totalCount();
    openAndForget(network, batch, 3);
    assertFreedTo(before);
    assertThat(optimiserThreads()).isZero();
  }

  @Test
  void aForgottenTrainerIsFreedToo() {
    Twins twins = new Twins(Twins.classifier(InputType.convolutional(8, 8, 3)));
    used(twins.trained).close();
    long before = Pointer.totalCount();
    forgetTrainers(twins.trained, 3);
    assertFreedTo(before);
  }

  /** What the collector has found is freed by a thread of its own, a little later. */
  private static void assertFreedTo(long before) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (Pointer.totalCount() > before && System.nanoTime() < deadline) {
      System.gc();
    }
    assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
  }

  private static void forgetTrainers(ComputationGraph network, int times) {
    Deque<WeakReference<OneDnnTrainer>> trainers = new ArrayDeque<>();
    for (int i = 0; i < times; i++) {
      trainers.add(new WeakReference<>(used(network)));
    }
    untilCollected(trainers);
  }

  private static OneDnnTrainer used(ComputationGraph network) {
    OneDnnTrainer trainer = OneDnnTrainer.of(network).threads(1).open();
    trainer.fit(Twins.images(EXAMPLES, 1));
    trainer.output(Twins.images(EXAMPLES, 1).getFeatures());
    return trainer;
  }

  /** A network that the engine's own optimiser trains. */
  private static ComputationGraph momentum() {
    return RandomGraph.of(
            9, builder -> builder.updater(MomentumSgd.of(LearningRateSchedule.constant(0.01))))
        .network();
  }

  private static long optimiserThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("optimiser"))
        .count();
  }

  /** Engines that nobody closes; afterwards the collector has found them all. */
  private static void openAndForget(ComputationGraph network, Batch batch, int times) {
    Deque<WeakReference<OneDnnEngine>> engines = new ArrayDeque<>();
    for (int i = 0; i < times; i++) {
      engines.add(forgotten(network, batch));
    }
    untilCollected(engines);
  }

  private static <T> void untilCollected(Deque<WeakReference<T>> things) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    long threads;
    do {
      System.gc();
      things.removeIf(thing -> thing.refersTo(null));
      threads = optimiserThreads();
    } while ((!things.isEmpty() || threads > 0) && System.nanoTime() < deadline);
    assertThat(things).as("what the collector has not found").isEmpty();
  }

  private static WeakReference<OneDnnEngine> forgotten(ComputationGraph network, Batch batch) {
    OneDnnEngine engine = DRAWN.engine(network).batch(EXAMPLES).threads(2).open();
    train(engine, batch, 1);
    return new WeakReference<>(engine);
  }

  /** JavaCPP would free what is forgotten, but when the collector pleases. */
  @Test
  void closingAPlanFreesAllItsPrimitivesAtOnce() {
    ComputationGraph network = DRAWN.network();
    network.initGradientsView();
    Network compiled = Network.of(network.getConfiguration());
    INDArray parameters = network.params();
    INDArray gradients = network.getFlattenedGradients();
    Plan.Options options = new Plan.Options(EXAMPLES, List.of(DRAWN.image()), false, true);
    freesAll(() -> Plan.forInference(compiled, options, 1, parameters));
    freesAll(() -> Plan.forTraining(compiled, options, parameters, gradients));
  }

  private static void freesAll(Supplier<Plan> compilation) {
    compilation.get().close(); // loads classes
    long before = Pointer.totalCount();
    try (Plan plan = compilation.get()) {
      plan.readWeights();
      plan.forward();
      plan.backward();
    }
    assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
  }

  private static void train(OneDnnEngine engine, Batch batch, int steps) {
    for (int step = 0; step < steps; step++) {
      engine.step(batch, step, step);
      engine.probabilities(batch);
      // A collector that waits lets the heap grow, which is not what is measured here.
      if (step % 100 == 0) {
        System.gc();
      }
    }
  }

  private static void openAndClose(ComputationGraph network, Batch batch, int times) {
    for (int i = 0; i < times; i++) {
      try (OneDnnEngine engine = engine(network)) {
        train(engine, batch, 1);
      }
    }
  }

  private static OneDnnEngine engine(ComputationGraph network) {
    return DRAWN.engine(network).batch(EXAMPLES).open();
  }

  /** There is a round in which the process grows by less than some megabytes. */
  private static void assertLeavesNothing(Runnable work) {
    long growth = Long.MAX_VALUE;
    for (int round = 0; round < MOST_ROUNDS && growth >= SOME_MEGABYTES; round++) {
      long before = residentBytes();
      work.run();
      growth = residentBytes() - before;
    }
    assertThat(growth).as("bytes of growth").isLessThan(SOME_MEGABYTES);
  }

  private static long residentBytes() {
    System.gc();
    try (var lines = Files.lines(STATUS)) {
      String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
