package org.googlenet.preflight;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.status.api.v1.ExecutorSummary;
import org.googlenet.spark.ExecutorWatch;
import org.googlenet.spark.JobText;
import org.googlenet.spark.TaskCores;
import scala.Tuple2;
import scala.collection.JavaConverters;

/** The executors that Spark has at this moment; asks a question of each of them. */
final class Executors {

  private static final long MILLIS_BETWEEN_LOOKS = 100;

  /**
   * A cluster's executors register one after the other; if none has come for this time, no more
   * will.
   */
  private static final Duration QUIET = Duration.ofSeconds(5);

  private static final int ASKED_AT_MOST = 3;

  /** Spark's id of the only executor of a local Spark. */
  private static final String DRIVER = "driver";

  private final JavaSparkContext spark;
  private final List<Executor> all;

  record Executor(String id, String host, int cores) implements Serializable {

    /** The location by which a task tells Spark that it prefers this executor. */
    String place() {
      return "executor_" + host + "_" + id;
    }
  }

  private Executors(JavaSparkContext spark, List<Executor> all) {
    this.spark = spark;
    this.all = List.copyOf(all);
  }

  /**
   * Waits for the first executor, and then until there is a slot for each worker or no more
   * executors come.
   *
   * @param wait how long to wait for the first one; if none comes, the result is empty
   */
  static Executors of(JavaSparkContext spark, int workers, Duration wait) {
    if (spark.isLocal()) {
      return new Executors(
          spark, List.of(new Executor(DRIVER, "localhost", spark.defaultParallelism())));
    }
    if (!spark.getConf().getBoolean("spark.dynamicAllocation.enabled", false)) {
      return grown(spark, workers, wait, () -> {});
    }
    ExecutorRequest demand = new ExecutorRequest(spark, workers);
    try {
      return grown(spark, workers, wait, demand::keepUp);
    } finally {
      demand.end();
    }
  }

  /**
   * Work that makes Spark request executors and keep them, which it does only while tasks wait or
   * run.
   */
  private static final class ExecutorRequest {

    private static final long TASK_MILLIS = 1_000;

    private final JavaSparkContext spark;
    private final List<Integer> tasks;
    private JavaFutureAction<Void> job;

    ExecutorRequest(JavaSparkContext spark, int workers) {
      this.spark = spark;
      this.tasks = IntStream.range(0, workers).boxed().toList();
      this.job = start();
    }

    private JavaFutureAction<Void> start() {
      return JobText.during(
          spark,
          "waiting for executors",
          () ->
              spark
                  .parallelize(tasks, tasks.size())
                  .foreachAsync(task -> Thread.sleep(TASK_MILLIS)));
    }

    void keepUp() {
      if (job.isDone()) {
        job = start();
      }
    }

    void end() {
      job.cancel(true);
    }
  }

  private static Executors grown(
      JavaSparkContext spark, int workers, Duration wait, Runnable meanwhile) {
    long start = System.nanoTime();
    long grown = start;
    Executors now = now(spark);
    while (now.all.isEmpty()
        ? isBefore(start, wait)
        : now.slots() < workers && isBefore(grown, QUIET)) {
      pause();
      meanwhile.run();
      Executors next = now(spark);
      if (next.all.size() != now.all.size()) {
        grown = System.nanoTime();
      }
      now = next;
    }
    return now;
  }

  private static boolean isBefore(long start, Duration length) {
    return System.nanoTime() - start < length.toNanos();
  }

  private static void pause() {
    try {
      Thread.sleep(MILLIS_BETWEEN_LOOKS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while waiting for executors", e);
    }
  }

  private static Executors now(JavaSparkContext spark) {
    List<Executor> found = new ArrayList<>();
    for (ExecutorSummary executor : ExecutorWatch.executors(spark)) {
      String host = executor.hostPort().replaceFirst(":[0-9]+$", "");
      found.add(new Executor(executor.id(), host, executor.totalCores()));
    }
    return new Executors(spark, found);
  }

  List<Executor> all() {
    return all;
  }

  /** How many tasks run at the same time on all executors. */
  int slots() {
    return all.stream().mapToInt(this::slots).sum();
  }

  /** The most tasks that run at the same time on one executor. */
  int slotsOfOne() {
    return all.stream().mapToInt(this::slots).max().orElse(0);
  }

  private int slots(Executor executor) {
    return executor.cores() / TaskCores.of(spark);
  }

  /**
   * Asks each executor once, in a task that prefers it. An executor that is busy for seconds, or is
   * lost meanwhile, may be left out; one that has replaced it answers too, as with dynamic
   * allocation, which removes idle executors.
   */
  <T extends Answer> List<T> ask(Function<Integer, T> question) {
    Map<String, T> answers = new LinkedHashMap<>();
    List<Executor> unasked = new ArrayList<>(all);
    for (int i = 0; i < ASKED_AT_MOST && !unasked.isEmpty(); i++) {
      askNow(unasked, question).forEach(answer -> answers.put(answer.executorId(), answer));
      unasked.removeIf(executor -> answers.containsKey(executor.id()));
    }
    return List.copyOf(answers.values());
  }

  /** What an executor says about itself. */
  interface Answer extends Serializable {

    /** Spark's id of the executor that answered. */
    String executorId();
  }

  private <T extends Answer> List<T> askNow(List<Executor> whom, Function<Integer, T> question) {
    List<Tuple2<Integer, scala.collection.Seq<String>>> tasks = new ArrayList<>();
    for (int i = 0; i < whom.size(); i++) {
      tasks.add(
          new Tuple2<>(i, JavaConverters.asScalaBuffer(List.of(whom.get(i).place())).toSeq()));
    }
    return spark
        .sc()
        .makeRDD(
            JavaConverters.asScalaBuffer(tasks).toSeq(),
            scala.reflect.ClassTag$.MODULE$.<Integer>apply(Integer.class))
        .toJavaRDD()
        .map(question)
        .collect();
  }
}
