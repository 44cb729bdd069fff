package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.model.Batch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

/** Threads that a step of engine onednn really computes with. */
class OneDnnThreadsTest {

  private static final Path MAPPED_FILES = Path.of("/proc/self/maps");

  private static final int ROUNDS = 8;
  private static final int STEPS = 6;

  @BeforeAll
  static void library() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
  }

  /** Were there two, a number of threads set for ND4J would not be oneDNN's. */
  @Test
  void anEnvironmentThatTakesThreadsAwayIsRefused() {
    for (String dynamic : List.of("true", "TRUE", " 1")) {
      assertThatThrownBy(() -> NativeThreads.requireOpenMp(Map.of("OMP_DYNAMIC", dynamic), 1))
          .isInstanceOf(EngineProblem.class)
          .hasMessageContainingAll("OMP_DYNAMIC: " + dynamic.strip(), "unset it");
    }
    assertThatThrownBy(() -> NativeThreads.requireOpenMp(Map.of("OMP_THREAD_LIMIT", "1"), 2))
        .isInstanceOf(EngineProblem.class)
        .hasMessageContainingAll("OMP_THREAD_LIMIT: 1", "2 threads");
    NativeThreads.requireOpenMp(
        Map.of("OMP_DYNAMIC", "false", "OMP_THREAD_LIMIT", "2", "OMP_NUM_THREADS", "1"), 2);
    NativeThreads.requireOpenMp(Map.of("OMP_THREAD_LIMIT", "none"), 2);
  }

  @Test
  void nd4jAndOneDnnShareOneOpenMp() throws IOException {
    assumeThat(MAPPED_FILES).as("the system says what is mapped").exists();
    Nd4j.getBackend();
    assertThat(OneDnnLibrary.find().isThere()).isTrue();

    assertThat(Files.readAllLines(MAPPED_FILES))
        .filteredOn(line -> line.matches(".*/lib[gi]?omp[^/]*\\.so.*"))
        .extracting(line -> line.substring(line.indexOf('/')))
        .satisfies(files -> assertThat(files.stream().distinct()).hasSize(1));
  }

  @Tag("slow")
  @Test
  void oneThreadComputesAlone() {
    assertThat(threadsAtWork(1, Math::min)).isLessThan(1.2);
  }

  @Test
  void twoThreadsShareAStep() {
    assumeThat(Runtime.getRuntime().availableProcessors()).as("cores").isGreaterThan(1);
    assertThat(threadsAtWork(2, Math::max)).isGreaterThan(1.4);
  }

  /**
   * CPU time of the process over that of the calling thread, which a busy machine does not change.
   *
   * @param which of the rounds: compilers and collectors of the JVM have their time in some
   */
  private static double threadsAtWork(int threads, DoubleBinaryOperator which) {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    var own = ManagementFactory.getThreadMXBean();
    NativeThreads.use(threads);
    Batch batch = EngineContract.batch(8);
    String configuration = EngineContract.configuration(EngineContract.RATE, 0, 0.5);
    try (OneDnnEngine engine =
        OneDnnEngine.of(configuration).batch(batch.examples()).threads(threads).open()) {
      double result = Double.NaN;
      for (int round = 0; round < ROUNDS; round++) {
        long processStart = process.getProcessCpuTime();
        long ownStart = own.getCurrentThreadCpuTime();
        for (int step = 0; step < STEPS; step++) {
          engine.gradient(batch, step);
        }
        double ratio =
            (double) (process.getProcessCpuTime() - processStart)
                / (own.getCurrentThreadCpuTime() - ownStart);
        result = Double.isNaN(result) ? ratio : which.applyAsDouble(result, ratio);
      }
      return result;
    }
  }
}
