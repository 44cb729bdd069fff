package org.googlenet.preflight;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.common.Problem;
import org.googlenet.data.Dataset;
import org.googlenet.engine.EngineChoice;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.EventText;
import org.googlenet.spark.JobText;
import org.googlenet.spark.TaskCores;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import org.googlenet.training.TrainingSetup;

/**
 * Checks everything that would stop a training later: data and storage from the driver, and on each
 * executor the native library, memory, clock and data. Writes one object below the recipe's output
 * and deletes it.
 */
public final class Preflight {

  /**
   * A clock that differs by more than this is not set at all; S3 refuses requests from 15 minutes
   * on.
   */
  private static final Duration CLOCKS_APART = Duration.ofSeconds(60);

  private static final int PROBE_BYTES = 1 << 16;

  /**
   * The same code as for storage that cannot be reached: a busy cluster may have executors later.
   */
  private static final int UNAVAILABLE = 7;

  private final JavaSparkContext spark;
  private final Recipe recipe;
  private final Stores stores;
  private final List<PreflightCheck> checks = new ArrayList<>();

  /**
   * The result of all checks.
   *
   * @param checks in the order in which they were made
   * @param start what a training begins with; empty if the checks did not get that far
   */
  public record Report(List<PreflightCheck> checks, Optional<Start> start) {

    public Report {
      checks = List.copyOf(checks);
    }

    /** The checks that failed. */
    public List<PreflightCheck> failures() {
      return checks.stream().filter(check -> check.problem() != null).toList();
    }

    /**
     * What a training begins with.
     *
     * @throws PreflightProblem if a check failed, with one line per failed check
     */
    public Start require() {
      if (!failures().isEmpty()) {
        throw new PreflightProblem(failures());
      }
      return start.orElseThrow();
    }
  }

  /**
   * What a training begins with.
   *
   * @param engine of the first executor that has one
   * @param slots number of tasks that run at the same time
   * @param memory that an executor should have
   */
  public record Start(TrainingSetup setup, EngineChoice engine, int slots, ExecutorMemory memory) {}

  private Preflight(JavaSparkContext spark, Recipe recipe, Stores stores) {
    this.spark = spark;
    this.recipe = recipe;
    this.stores = stores;
  }

  /**
   * Makes all checks.
   *
   * @param executorWait how long to wait for the first executor of a cluster
   */
  public static Report of(
      JavaSparkContext spark, Recipe recipe, Stores stores, Duration executorWait) {
    return new Preflight(spark, recipe, stores).check(executorWait);
  }

  /**
   * Waits for an executor, for a command that needs one and does not make other checks.
   *
   * @throws PreflightProblem with code 7 if none comes within this time
   */
  public static void awaitExecutor(JavaSparkContext spark, Duration wait) {
    if (Executors.of(spark, 1, wait).all().isEmpty()) {
      throw new PreflightProblem(
          List.of(
              new PreflightCheck(
                  "executors", spark.master(), "-", noExecutor(spark, wait), UNAVAILABLE)));
    }
  }

  private Report check(Duration executorWait) {
    look("output", this::writeAndRead, found -> found);
    Optional<Dataset> train = data("data.train", recipe.data().train());
    Optional<Dataset> validation = data("data.validation", recipe.data().validation());
    Optional<Start> start =
        train.isEmpty() || validation.isEmpty()
            ? Optional.empty()
            : look(
                    "classes",
                    () -> TrainingSetup.of(spark, recipe, train.get(), validation.get()),
                    setup -> "the same in both data sets")
                .flatMap(setup -> start(setup, executorWait));
    return new Report(checks, start);
  }

  /** Makes a check on the driver, and notes what it finds or its problem. */
  private <T> Optional<T> look(String what, Supplier<T> look, Function<T, String> found) {
    try {
      T seen = look.get();
      checks.add(PreflightCheck.passed(what, "driver", found.apply(seen)));
      return Optional.of(seen);
    } catch (Problem problem) {
      checks.add(PreflightCheck.failed(what, "driver", problem));
      return Optional.empty();
    }
  }

  private Optional<Dataset> data(String key, String place) {
    return look(
        key,
        () -> TrainingSetup.dataset(recipe, stores, place),
        dataset ->
            String.format(
                Locale.ROOT,
                "%,d records in %d shards, %d classes",
                dataset.records(),
                dataset.shards().size(),
                dataset.classes()));
  }

  /** Writes, reads and deletes an object, under a name that no run can have. */
  private String writeAndRead() {
    ObjectStore store = stores.open(recipe.output());
    String name = "preflight-" + UUID.randomUUID();
    try {
      try {
        store.overwrite(name, ObjectStore.Body.of(new byte[PROBE_BYTES]));
        int read = store.readBytes(name, PROBE_BYTES).length;
        if (read != PROBE_BYTES) {
          throw new IOException("wrote " + PROBE_BYTES + " bytes and read " + read);
        }
      } finally {
        store.delete(name);
      }
    } catch (IOException e) {
      throw StorageProblem.at(store.location(), e);
    }
    return store.location() + ": written, read, deleted";
  }

  private int taskCores() {
    return TaskCores.of(spark);
  }

  private Optional<Start> start(TrainingSetup setup, Duration wait) {
    setup
        .warnings()
        .forEach(found -> checks.add(PreflightCheck.passed("workers", "driver", found)));
    Executors executors = Executors.of(spark, recipe.averaging().workers(), wait);
    int slots = executors.slots();
    if (slots == 0) {
      String problem =
          executors.all().isEmpty()
              ? noExecutor(spark, wait)
              : "no executor has the %s of a task; set spark.task.cpus to what one has"
                  .formatted(EventText.count(taskCores(), "core"));
      int code = executors.all().isEmpty() ? UNAVAILABLE : 2;
      checks.add(new PreflightCheck("executors", spark.master(), "-", problem, code));
      return Optional.empty();
    }
    checks.add(
        PreflightCheck.passed("executors", spark.master(), said(executors, taskCores(), slots)));
    long sent = System.currentTimeMillis();
    List<HostReport> hosts =
        JobText.during(
            spark,
            "preflight of run " + recipe.run() + ": engine, data and memory of each executor",
            () -> executors.ask(new HostQuestion(setup)));
    long received = System.currentTimeMillis();
    hosts.forEach(host -> add(host, sent, received));
    addSilent(executors, hosts);
    MemoryCheck memory =
        new MemoryCheck(spark.getConf(), spark.master(), setup, executors.slotsOfOne());
    checks.addAll(memory.of(hosts));
    return hosts.stream()
        .filter(host -> host.engine() != null)
        .findFirst()
        .map(host -> new Start(setup, host.engine(), slots, memory.wanted(host)));
  }

  private static String noExecutor(JavaSparkContext spark, Duration waited) {
    SparkConf conf = spark.getConf();
    return String.format(
        Locale.ROOT,
        "gave no executor within %d s: look at its workers, and whether one has %s of memory and as many cores free as a task takes (%s); --executor-wait waits longer",
        waited.toSeconds(),
        conf.get("spark.executor.memory", "1g"),
        conf.get("spark.executor.cores", Integer.toString(TaskCores.of(conf))));
  }

  /**
   * Spark does the work of a lost executor elsewhere, so it is a failure only if no executor
   * answers.
   */
  private void addSilent(Executors executors, List<HostReport> hosts) {
    List<String> answered = hosts.stream().map(HostReport::executorId).toList();
    for (Executors.Executor executor : executors.all()) {
      if (!answered.contains(executor.id())) {
        checks.add(
            new PreflightCheck(
                "executors",
                executor.host() + "/" + executor.id(),
                "gave no answer: it is busy, or lost",
                hosts.isEmpty() ? "gave no answer; look at its log, and try again" : null,
                1));
      }
    }
  }

  private String said(Executors executors, int cores, int slots) {
    int workers = recipe.averaging().workers();
    int waves = (workers + slots - 1) / slots;
    return "%s, %s of %s at a time for %s%s"
        .formatted(
            EventText.count(executors.all().size(), "executor"),
            EventText.count(slots, "task"),
            EventText.count(cores, "core"),
            EventText.count(workers, "worker"),
            waves > 1 ? String.format(Locale.ROOT, "; a round is %d waves of tasks", waves) : "");
  }

  private void add(HostReport host, long sent, long received) {
    String where = host.where();
    if (host.engine() != null) {
      EngineChoice engine = host.engine();
      checks.add(
          PreflightCheck.passed(
              "engine",
              where,
              "%s %s, %s".formatted(engine.engine(), engine.precision(), engine.instructions())));
    } else {
      checks.add(new PreflightCheck("engine", where, "-", host.engineProblem(), 2));
    }
    checks.add(clock(host, sent, received));
    checks.add(
        host.dataProblem() == null
            ? PreflightCheck.passed("data", where, "an image of each data set read and decoded")
            : new PreflightCheck("data", where, "-", host.dataProblem(), host.dataProblemCode()));
  }

  /**
   * Compares clocks.
   *
   * @param sent when the driver asked, in milliseconds since 1970
   * @param received when it had the answer
   */
  static PreflightCheck clock(HostReport host, long sent, long received) {
    long apart = Math.max(0, Math.max(sent - host.clock(), host.clock() - received));
    String problem =
        apart <= CLOCKS_APART.toMillis()
            ? null
            : String.format(
                Locale.ROOT, "its clock is %d s from the driver's; set both by NTP", apart / 1000);
    String found = apart == 0 ? "no difference seen" : apart / 1000 + " s apart";
    return new PreflightCheck("clock", host.where(), found, problem, 2);
  }
}
