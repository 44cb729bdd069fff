package org.googlenet.preflight;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.config.Problem;
import org.googlenet.config.Recipe;
import org.googlenet.data.Dataset;
import org.googlenet.engine.EngineChoice;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import org.googlenet.training.TrainingSetup;

/**
 * Looks at everything that would stop a training later: data and storage from the driver, and on
 * each executor the native library, memory, clock and data. Writes one object below the recipe's
 * output and deletes it.
 */
public final class Preflight {

  /** Further apart than this a clock is not set at all; S3 refuses requests from 15 minutes on. */
  private static final Duration CLOCKS_APART = Duration.ofSeconds(60);

  private static final int PROBE_BYTES = 1 << 16;

  private final JavaSparkContext spark;
  private final Recipe recipe;
  private final Stores stores;
  private final List<PreflightCheck> checks = new ArrayList<>();

  /**
   * What was looked at, and what a training can begin with.
   *
   * @param checks in the order in which they were made
   * @param engine of the first executor that has one; empty where none has
   * @param memory that its executor should be given
   */
  public record Report(
      List<PreflightCheck> checks, Optional<EngineChoice> engine, Optional<ExecutorMemory> memory) {

    public Report {
      checks = List.copyOf(checks);
    }

    /** The checks that failed. */
    public List<PreflightCheck> failures() {
      return checks.stream().filter(check -> check.problem() != null).toList();
    }

    /**
     * Throws if a check failed.
     *
     * @throws PreflightProblem with a line for each
     */
    public void require() {
      if (!failures().isEmpty()) {
        throw new PreflightProblem(failures());
      }
    }
  }

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

  private Report check(Duration executorWait) {
    check("output", "driver", this::writeAndRead);
    Optional<Dataset> train = data("data.train", recipe.data().train());
    Optional<Dataset> validation = data("data.validation", recipe.data().validation());
    if (train.isEmpty() || validation.isEmpty()) {
      return withoutEngine();
    }
    Optional<TrainingSetup> setup = setup(train.get(), validation.get());
    return setup.isEmpty() ? withoutEngine() : executors(setup.get(), executorWait);
  }

  private Report withoutEngine() {
    return new Report(checks, Optional.empty(), Optional.empty());
  }

  /** Notes what a look finds, or the problem that it meets. */
  private void check(String what, String where, Supplier<String> look) {
    try {
      checks.add(PreflightCheck.passed(what, where, look.get()));
    } catch (Problem problem) {
      checks.add(PreflightCheck.failed(what, where, problem));
    }
  }

  private Optional<Dataset> data(String key, String place) {
    try {
      Dataset dataset = TrainingSetup.dataset(recipe, stores, place);
      checks.add(
          PreflightCheck.passed(
              key,
              "driver",
              String.format(
                  Locale.ROOT,
                  "%,d records in %d shards, %d classes",
                  dataset.records(),
                  dataset.shards().size(),
                  dataset.classes())));
      return Optional.of(dataset);
    } catch (Problem problem) {
      checks.add(PreflightCheck.failed(key, "driver", problem));
      return Optional.empty();
    }
  }

  private Optional<TrainingSetup> setup(Dataset train, Dataset validation) {
    try {
      return Optional.of(TrainingSetup.of(recipe, train, validation, taskCores()));
    } catch (Problem problem) {
      checks.add(PreflightCheck.failed("classes", "driver", problem));
      return Optional.empty();
    }
  }

  /** Under a name that no run has, and gone again whatever happens. */
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
    return spark.getConf().getInt("spark.task.cpus", 1);
  }

  private Report executors(TrainingSetup setup, Duration wait) {
    Executors executors = Executors.of(spark, recipe.averaging().workers(), wait);
    if (executors.all().isEmpty()) {
      checks.add(
          PreflightCheck.failed(
              "executors", spark.master(), new NoExecutors(spark.master(), wait, spark.getConf())));
      return withoutEngine();
    }
    int slots = executors.slots();
    if (slots == 0) {
      checks.add(
          new PreflightCheck(
              "executors",
              spark.master(),
              "-",
              "no executor has the %s of a task; set spark.task.cpus to what one has"
                  .formatted(Wording.count(taskCores(), "core")),
              2));
      return withoutEngine();
    }
    checks.add(
        PreflightCheck.passed("executors", spark.master(), said(executors, taskCores(), slots)));
    long sent = System.currentTimeMillis();
    List<HostReport> hosts = executors.ask(new HostQuestion(setup));
    long received = System.currentTimeMillis();
    hosts.forEach(host -> add(host, sent, received));
    MemoryCheck memory =
        new MemoryCheck(spark.getConf(), spark.master(), setup, executors.slotsOfOne());
    checks.addAll(memory.of(hosts));
    Optional<EngineChoice> engine =
        hosts.stream().map(HostReport::engine).filter(Objects::nonNull).findFirst();
    return new Report(checks, engine, memory.wanted(hosts));
  }

  private String said(Executors executors, int cores, int slots) {
    int workers = recipe.averaging().workers();
    int waves = (workers + slots - 1) / slots;
    return "%s, %s of %s at a time for %s%s"
        .formatted(
            Wording.count(executors.all().size(), "executor"),
            Wording.count(slots, "task"),
            Wording.count(cores, "core"),
            Wording.count(workers, "worker"),
            waves > 1 ? "; a round is %d waves of tasks".formatted(waves) : "");
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
            : "its clock is %d s from the driver's; set both by NTP".formatted(apart / 1000);
    String found = apart == 0 ? "no difference seen" : apart / 1000 + " s apart";
    return new PreflightCheck("clock", host.where(), found, problem, 2);
  }
}
