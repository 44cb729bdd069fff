package org.googlenet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * Writes down each attempt at a worker's part of a round, so that a test can tell when to disturb a
 * training in another process, and whether the disturbance took place: a listener for {@code
 * spark.extraListeners} that needs no class but its own and Spark's.
 */
public final class TaskLog extends SparkListener {

  /** The setting that names the file. */
  public static final String FILE = "spark.googlenet.taskLog";

  private static final long LONGEST_SECONDS = 800;

  private final Path file;
  private final Map<Integer, Integer> roundOfStage = new HashMap<>();
  private String lastDescription = "";
  private int rounds;

  /**
   * An attempt.
   *
   * @param round the round, counted from 1 within the application
   * @param worker the worker, from 0
   * @param task Spark's number of the attempt, over all tasks
   * @param number how many attempts there were at the same work before, in the same job of Spark's;
   *     a result that was lost after its job had ended is made again by another job
   * @param speculative whether it was started while another one ran
   * @param executor Spark's number of the executor
   * @param started line of the log, to compare with others
   * @param ended line of the log, or the largest number while it runs
   * @param end how it ended, as Spark's class of that is called; empty while it runs
   */
  public record Attempt(
      int round,
      int worker,
      long task,
      int number,
      boolean speculative,
      String executor,
      int started,
      int ended,
      String end) {

    private static Attempt of(String[] fields, int line) {
      return new Attempt(
          Integer.parseInt(fields[2]),
          Integer.parseInt(fields[3]),
          Long.parseLong(fields[1]),
          Integer.parseInt(fields[4]),
          Boolean.parseBoolean(fields[5]),
          fields[6],
          line,
          Integer.MAX_VALUE,
          "");
    }

    private Attempt ended(String how, int line) {
      return new Attempt(round, worker, task, number, speculative, executor, started, line, how);
    }

    /** Whether it runs, as far as the log goes. */
    public boolean running() {
      return end.isEmpty();
    }
  }

  /** Spark makes one with its settings. */
  public TaskLog(SparkConf conf) {
    file = Path.of(conf.get(FILE));
  }

  /**
   * Tells by the descriptions of the jobs which of them are a round's workers; those that make lost
   * results again have the same.
   */
  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted event) {
    String description = event.properties().getProperty("spark.job.description", "");
    if (description.matches("round .*: [0-9]+ workers? trains?")) {
      if (!description.equals(lastDescription)) {
        lastDescription = description;
        rounds++;
      }
      roundOfStage.putIfAbsent(event.stageInfo().stageId(), rounds);
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart event) {
    Integer round = roundOfStage.get(event.stageId());
    if (round != null) {
      write(
          "started",
          event.taskInfo().taskId(),
          round,
          event.taskInfo().partitionId(),
          event.taskInfo().attemptNumber(),
          event.taskInfo().speculative(),
          event.taskInfo().executorId());
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd event) {
    if (roundOfStage.containsKey(event.stageId())) {
      String reason = event.reason().getClass().getSimpleName();
      write("ended", event.taskInfo().taskId(), reason.replace("$", ""));
    }
  }

  private void write(Object... fields) {
    List<String> texts = new ArrayList<>();
    for (Object field : fields) {
      texts.add(field.toString());
    }
    try {
      Files.writeString(
          file,
          String.join(" ", texts) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All attempts so far, in the order in which they began. */
  public static List<Attempt> read(Path file) {
    Map<Long, Attempt> attempts = new TreeMap<>();
    int line = 0;
    for (String[] fields : lines(file)) {
      long task = Long.parseLong(fields[1]);
      if (fields[0].equals("started")) {
        attempts.put(task, Attempt.of(fields, line));
      } else {
        String end = fields[2];
        int at = line;
        attempts.computeIfPresent(task, (key, attempt) -> attempt.ended(end, at));
      }
      line++;
    }
    return List.copyOf(attempts.values());
  }

  /** Waits for an attempt of a kind, and gives the first such one. */
  public static Attempt await(Path file, Predicate<Attempt> wanted) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (true) {
      List<Attempt> attempts = read(file);
      for (Attempt attempt : attempts) {
        if (wanted.test(attempt)) {
          return attempt;
        }
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not among the attempts at rounds: " + attempts);
      }
      pause();
    }
  }

  private static List<String[]> lines(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      String text = Files.readString(file, UTF_8);
      // The last line may be half written.
      String whole = text.substring(0, text.lastIndexOf('\n') + 1);
      return whole.lines().map(line -> line.split(" ", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
