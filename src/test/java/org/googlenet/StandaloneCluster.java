package org.googlenet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A standalone Spark cluster on loopback, each master and worker a process of its own, started from
 * the jars that the build puts into {@code target/spark/jars}.
 *
 * <p>Every worker offers one core. They take turns in two names of this machine, since Spark starts
 * no second attempt of a task on the host of the first.
 */
public final class StandaloneCluster implements AutoCloseable {

  private static final List<String> HOSTS = List.of("127.0.0.1", "localhost");
  private static final Pattern MASTER_URL =
      Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern REGISTERED = Pattern.compile("Registering worker ");
  private static final String EXECUTOR = "org.apache.spark.executor.CoarseGrainedExecutorBackend";
  private static final long LONGEST_SECONDS = 180;

  private final Path folder;
  private final Map<String, String> settings;
  private final List<Process> workers = new ArrayList<>();
  private Process master;
  private String masterUrl;

  private StandaloneCluster(Path folder, Map<String, String> settings) {
    this.folder = folder;
    this.settings = Map.copyOf(settings);
    // A test that is itself ended closes nothing.
    Runtime.getRuntime().addShutdownHook(new Thread(this::endAll));
  }

  /**
   * Starts a cluster and waits until the master knows all workers.
   *
   * @param workers number of workers, each of one core
   */
  public static StandaloneCluster start(int workers) {
    return start(workers, Map.of());
  }

  /**
   * The same with settings of Spark's for the master and the workers.
   *
   * @param workers may be 0, for a master alone
   */
  public static StandaloneCluster start(int workers, Map<String, String> settings) {
    try {
      StandaloneCluster cluster =
          new StandaloneCluster(Files.createTempDirectory("spark-cluster-"), settings);
      try {
        cluster.startAll(workers);
        return cluster;
      } catch (IOException | RuntimeException e) {
        cluster.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code --master} takes. */
  public String masterUrl() {
    return masterUrl;
  }

  /** A {@code SPARK_HOME} with {@code jars} and {@code bin/spark-submit}. */
  public Path sparkHome() {
    return folder.resolve("home");
  }

  /** The living executors of all applications, by Spark's number of them. */
  public Map<String, ProcessHandle> executors() {
    Map<String, ProcessHandle> executors = new TreeMap<>();
    workers.stream()
        .flatMap(Process::descendants)
        .forEach(
            process -> {
              List<String> arguments = List.of(process.info().arguments().orElse(new String[0]));
              if (arguments.contains(EXECUTOR)) {
                executors.put(arguments.get(arguments.indexOf("--executor-id") + 1), process);
              }
            });
    return executors;
  }

  /** Ends an executor as {@code kill -9} does. */
  public void killExecutor(String id) {
    ProcessHandle executor = executors().get(id);
    if (executor == null) {
      throw new IllegalStateException("no executor " + id + " among " + executors());
    }
    executor.destroyForcibly();
  }

  /** Ends all workers and their executors as {@code kill -9} does; the master stays. */
  public void killWorkers() {
    // Executors outlive a worker for a moment, and are not found any more once it has ended.
    List<ProcessHandle> all = new ArrayList<>(executors().values());
    workers.stream().map(Process::toHandle).forEach(all::add);
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(process -> process.onExit().join());
  }

  /** Ends all processes of the cluster and removes what they wrote. */
  @Override
  public void close() {
    endAll();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void startAll(int count) throws IOException {
    SparkHome.make(sparkHome());
    Path log = folder.resolve("master.log");
    master =
        start(log, "org.apache.spark.deploy.master.Master", "--host", HOSTS.get(0), "--port", "0");
    masterUrl = await(log, MASTER_URL, 1).group(1);
    for (int i = 0; i < count; i++) {
      workers.add(
          start(
              folder.resolve("worker-" + i + ".log"),
              "org.apache.spark.deploy.worker.Worker",
              "--host",
              HOSTS.get(i % HOSTS.size()),
              "--cores",
              "1",
              "--memory",
              "4g",
              "--work-dir",
              folder.resolve("work-" + i).toString(),
              masterUrl));
    }
    if (count > 0) {
      await(log, REGISTERED, count);
    }
  }

  private Process start(Path log, String main, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(SparkHome.JAVA, "-Xmx512m", "-cp", sparkHome().resolve("jars") + "/*"));
    settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add(main);
    command.addAll(List.of("--webui-port", "0"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
    builder.environment().put("SPARK_HOME", sparkHome().toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().put("SPARK_LOCAL_IP", HOSTS.get(0));
    return builder.start();
  }

  /** Waits until so many lines of a log match, and gives the last one's match. */
  private static Matcher await(Path log, Pattern wanted, int times) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (true) {
      String text = Files.readString(log, UTF_8);
      Matcher matcher = wanted.matcher(text);
      int found = 0;
      while (matcher.find()) {
        found++;
        if (found == times) {
          return matcher;
        }
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "%s: says '%s' %d times, not %d:%n%s",
                log,
                wanted,
                found,
                times,
                text));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void endAll() {
    killWorkers();
    if (master != null) {
      master.destroyForcibly().onExit().join();
    }
  }
}
