package org.googlenet.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.googlenet.LocalSpark;
import org.googlenet.TinyTraining;
import org.googlenet.engine.EngineChoice;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.storage.Stores;
import org.googlenet.training.TrainingSetup;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {

  private static final Stores STORES = new Stores(Map.of());
  private static final long GIB = 1L << 30;

  @TempDir private Path folder;

  private TinyTraining tiny;

  @BeforeEach
  void writeData() {
    tiny = TinyTraining.in(folder);
  }

  private Recipe recipe(String... overrides) {
    return RecipeLoader.load(text(tiny.recipe()), "tiny.yaml", List.of(overrides));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Preflight.Report look(String... overrides) {
    return Preflight.of(LocalSpark.context(), recipe(overrides), STORES, Duration.ofSeconds(10));
  }

  private static PreflightProblem problem(Preflight.Report report) {
    return catchThrowableOfType(PreflightProblem.class, report::require);
  }

  @Test
  void whereNothingIsWrongEachCheckSaysWhatItFoundAndNothingIsLeftBehind() throws IOException {
    Preflight.Report report = look();

    assertThatCode(report::require).doesNotThrowAnyException();
    assertThat(report.checks())
        .extracting(PreflightCheck::what)
        .containsExactly(
            "output",
            "data.train",
            "data.validation",
            "classes",
            "executors",
            "engine",
            "clock",
            "data",
            "heap",
            "memory");
    assertThat(report.checks()).extracting(PreflightCheck::found).doesNotContain("-");
    assertThat(report.start()).isPresent();
    try (Stream<Path> left = Files.walk(folder.resolve("runs"))) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void allThatTheDriverFindsWrongIsSaidAtOnce() throws IOException {
    Files.writeString(folder.resolve("file"), "not a folder");

    PreflightProblem problem =
        problem(
            look(
                "output=" + folder.resolve("file"),
                "data.train=" + folder.resolve("none"),
                "data.validation=" + folder.resolve("nothing")));

    assertThat(problem.getMessage().lines())
        .hasSize(4)
        .anyMatch(line -> line.equals("3 problems:"))
        .anyMatch(line -> line.contains(folder + "/file"))
        .anyMatch(line -> line.contains(folder + "/none: no data set here"))
        .anyMatch(line -> line.contains(folder + "/nothing: no data set here"));
    assertThat(problem.exitCode()).isEqualTo(2);
  }

  @Test
  void problemsOfOneKindKeepTheirExitCode() {
    PreflightProblem problem =
        problem(look("data.train=" + folder.resolve("none"), "data.validation=nothing"));

    assertThat(problem.exitCode()).isEqualTo(3);
    assertThat(problem(look("model.classes=7")).exitCode()).isEqualTo(3);
  }

  @Test
  void anExecutorThatCannotReadTheDataSaysWhichShard() throws IOException {
    Path shard = folder.resolve("train/train-00000.tar");
    byte[] bytes = Files.readAllBytes(shard);
    Arrays.fill(bytes, 512, 700, (byte) 7);
    Files.write(shard, bytes);

    PreflightProblem problem = problem(look("data.quarantine=0"));

    assertThat(problem.exitCode()).isEqualTo(3);
    assertThat(problem).hasMessageContaining("train-00000.tar");
    look().require(); // a single bad record is passed over
  }

  @Test
  void anExecutorThatFindsMoreBadRecordsThanAreToleratedSaysSo() throws IOException {
    Path shard = folder.resolve("train/train-00000.tar");
    Files.write(shard, new byte[Math.toIntExact(Files.size(shard))]);

    assertThat(problem(look("data.quarantine=3")))
        .hasMessageContaining("more than the 3 of 36 records that data.quarantine (3) allows")
        .hasMessageContaining("train-00000.tar");
  }

  @Test
  void aClockIsComparedWithTheTimeOfTheQuestion() {
    HostReport host = host(new HostMemory(GIB, 0, GIB, GIB, false), 0);

    assertThat(Preflight.clock(host, host.clock() - 3_000, host.clock() + 200).problem()).isNull();
    assertThat(Preflight.clock(host, host.clock() + 59_000, host.clock() + 60_000).problem())
        .isNull();
    assertThat(Preflight.clock(host, host.clock() + 90_000, host.clock() + 91_000).problem())
        .isEqualTo("its clock is 90 s from the driver's; set both by NTP");
    assertThat(Preflight.clock(host, host.clock() - 91_000, host.clock() - 70_000).problem())
        .contains("70 s");
  }

  @Test
  void onYarnAnOverheadThatTheEnginesDoNotFitIntoIsRefusedWithOneThatFits() {
    SparkConf conf = new SparkConf(false).set("spark.executor.memory", "4g");
    HostReport host = host(new HostMemory(4 * GIB, 0, 64 * GIB, 64 * GIB, false), GIB);

    PreflightCheck refused = memory(conf, "yarn", 2, host);

    assertThat(refused.problem())
        .contains("429 MB beside the heap of 4,294 MB are too little", "2 workers")
        .contains("set spark.executor.memoryOverhead=3900m");

    conf.set("spark.executor.memoryOverhead", "3900m");
    assertThat(memory(conf, "yarn", 2, host).problem()).isNull();
    conf.set("spark.executor.memoryOverhead", "3000"); // MiB, as Spark reads it
    assertThat(memory(conf, "k8s://https://host", 2, host).problem()).isNotNull();
    assertThat(memory(conf, "k8s://https://host", 1, host).problem()).isNull();
  }

  @Test
  void aContainerLimitsWhatIsBesideTheHeap() {
    HostReport host = host(new HostMemory(2 * GIB, 0, 3 * GIB, GIB, true), GIB);

    assertThat(memory(new SparkConf(false), "spark://host:7077", 1, host).problem())
        .contains("beside the heap of 2,147 MB are too little", "set spark.executor.memory=833m");
  }

  @Test
  void aContainerThatIsTooSmallForAnyHeapIsToGrowOrItsWorkersTakeTurns() {
    HostReport host = host(new HostMemory(GIB, 0, 2 * GIB, GIB, true), GIB);
    SparkConf conf = new SparkConf(false).set("spark.task.cpus", "4");

    assertThat(memory(conf, "spark://host:7077", 1, host).problem())
        .contains("give the container 2,818 MB, or lower training.batch");
    assertThat(memory(conf, "local[8]", 2, host).problem())
        .contains("give the container 4,5", "(--conf spark.master=local[4])");
  }

  @Test
  void elsewhereTheMachineIsTheLimitAndAHeapNeedNotBeFull() {
    HostMemory roomy = new HostMemory(16 * GIB, GIB, 8 * GIB, 4 * GIB, false);
    HostMemory full = new HostMemory(16 * GIB, GIB, 8 * GIB, GIB, false);

    assertThat(memory(new SparkConf(false), "local[2]", 2, host(roomy, GIB)).problem()).isNull();
    assertThat(memory(new SparkConf(false), "local[2]", 2, host(full, GIB)).problem())
        .contains("are free", "2 workers");
  }

  @Test
  void aHeapThatTheStateDoesNotFitIntoIsRefusedWithASizeThatFits() {
    HostMemory small = new HostMemory(256L << 20, 0, 64 * GIB, 64 * GIB, false);

    List<PreflightCheck> checks =
        check(new SparkConf(false), "spark://host:7077", 2, host(small, GIB));

    assertThat(checks)
        .filteredOn(check -> check.what().equals("heap") && check.problem() != null)
        .singleElement()
        .extracting(PreflightCheck::problem)
        .asString()
        .contains("the Java heap of 268 MB is too small", "set spark.executor.memory=");
  }

  /** With two workers and a state of 50 MiB, which are 52 MB. */
  @Test
  void aLocalHeapHoldsTheDriversStatesTooAndTheSumOfWorkersThatTakeTurns() {
    String cluster = "spark://host:7077";

    assertThat(heapNeeded(cluster, 2) - heapNeeded(cluster, 1))
        .as("a result, a part of it packed, too, and what is read")
        .isBetween(73L, 81L);
    assertThat(heapNeeded("local[2]", 2) - heapNeeded(cluster, 2))
        .as("the next state, nothing packed")
        .isBetween(10L, 11L);
    assertThat(heapNeeded("local[1]", 1) - heapNeeded(cluster, 1))
        .as("the next state and a sum in double, nothing packed")
        .isBetween(136L, 137L);
  }

  private long heapNeeded(String master, int slots) {
    HostReport host = host(new HostMemory(4 * GIB, 0, 64 * GIB, 64 * GIB, false), GIB);
    return check(new SparkConf(false), master, slots, host).stream()
        .filter(check -> check.what().equals("heap") && !check.where().equals("driver"))
        .map(check -> Long.parseLong(check.found().replaceAll(" MB.*", "").replace(",", "")))
        .findFirst()
        .orElseThrow();
  }

  @Tag("slow")
  @Test
  void moreWorkersThanRecordsAreSaid() {
    Preflight.Report report = look("averaging.workers=40");

    assertThat(report.failures()).isEmpty();
    assertThat(report.checks())
        .filteredOn(check -> check.what().equals("workers"))
        .singleElement()
        .extracting(PreflightCheck::found)
        .isEqualTo(
            "averaging.workers 40: 4 of them never have a record, as the data set has only 36; lower it");
  }

  private PreflightCheck memory(SparkConf conf, String master, int slots, HostReport host) {
    return check(conf, master, slots, host).stream()
        .filter(check -> check.what().equals("memory"))
        .findFirst()
        .orElseThrow();
  }

  private List<PreflightCheck> check(
      SparkConf conf, String master, int slots, HostReport... hosts) {
    Recipe recipe = recipe();
    TrainingSetup setup = TrainingSetup.open(LocalSpark.context(), recipe, STORES);
    return new MemoryCheck(conf, master, setup, slots).of(List.of(hosts));
  }

  /** An executor whose engine takes so many bytes outside of the heap. */
  private HostReport host(HostMemory memory, long plannedBytes) {
    TrainingSetup setup = TrainingSetup.open(LocalSpark.context(), recipe(), STORES);
    EngineChoice engine = new EngineChoice(setup.wanted().byDl4j(), "any", plannedBytes, List.of());
    return new HostReport("1", "host", 1_700_000_000_000L, engine, 50 << 20, null, null, 0, memory);
  }
}
