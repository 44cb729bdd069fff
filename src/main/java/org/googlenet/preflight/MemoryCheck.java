package org.googlenet.preflight;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.JavaUtils;
import org.googlenet.data.Batches;
import org.googlenet.report.TrainingEvent;
import org.googlenet.spark.TaskCores;
import org.googlenet.training.TrainingSetup;

/**
 * Compares the memory that a training needs on each executor with what is available: the heap, and
 * the memory outside it, where the engine's networks are.
 *
 * <p>On YARN and Kubernetes an executor has {@code spark.executor.memory} and an overhead, and is
 * killed if it uses more; so is one in a container. Elsewhere the machine is the limit, and the
 * heap need not grow to its maximum.
 */
final class MemoryCheck {

  /** For classes, code, threads, network buffers and native libraries; 530 MiB were measured. */
  private static final long JVM = 600L << 20;

  /**
   * Memory of an engine's training plan and of its plan for evaluations, as a multiple of the
   * training plan.
   */
  private static final double PLANS = 1.6;

  private static final long LEAST_OVERHEAD = 384L << 20;

  private static final String RESULTS = "spark.driver.maxResultSize";

  /** Besides its numbers a slice carries the figures and metrics of its task. */
  private static final long RESULT_EXTRAS = 64L << 10;

  /**
   * What a heap holds.
   *
   * @param program bytes of the objects of Spark and of the rest of the program
   * @param worker how many states (parameters and momentum) a worker holds at a time: received,
   *     loaded, its result, its slices
   * @param driver how many states the driver holds: the last one, the next, what is sent, what
   *     arrives, a checkpoint
   */
  private record Heap(long program, int worker, int driver) {

    /** With less heap a round is not possible. */
    static final Heap LEAST = new Heap(100L << 20, 2, 2);

    /** With this heap garbage is collected only now and then. */
    static final Heap COMFORTABLE = new Heap(200L << 20, 4, 5);
  }

  private final SparkConf conf;
  private final boolean isLocal;
  private final boolean hasOverhead;
  private final TrainingSetup setup;
  private final int slots;

  /**
   * @param slots workers that train at the same time on one executor
   */
  MemoryCheck(SparkConf conf, String master, TrainingSetup setup, int slots) {
    this.conf = conf;
    this.isLocal = master.startsWith("local");
    this.hasOverhead = master.startsWith("yarn") || master.startsWith("k8s:");
    this.setup = setup;
    this.slots = Math.min(slots, setup.recipe().averaging().workers());
  }

  /** The memory that executors like this one should have. */
  ExecutorMemory wanted(HostReport host) {
    return new ExecutorMemory(
        mebibytes(ofWorkers(Heap.COMFORTABLE, host.stateBytes())),
        mebibytes(JVM + slots * ofPlans(host)));
  }

  /**
   * The checks of the driver's heap and, for each executor, of its heap and of the memory outside
   * it.
   */
  List<PreflightCheck> of(List<HostReport> hosts) {
    List<PreflightCheck> checks = new ArrayList<>();
    long state = hosts.stream().mapToLong(HostReport::stateBytes).max().orElse(0);
    long driver = Heap.LEAST.driver() * state;
    if (!isLocal) {
      long needed = Heap.LEAST.program() + driver;
      checks.add(heap("driver", needed, Runtime.getRuntime().maxMemory(), "spark.driver.memory"));
    }
    limitOfResults(state).ifPresent(checks::add);
    long all = ofWorkers(Heap.LEAST, state) + (isLocal ? driver : 0);
    for (HostReport host : hosts) {
      String setting = heapSetting();
      checks.add(heap(host.where(), all, host.memory().heap(), setting));
    }
    byHost(hosts).forEach((host, its) -> checks.addAll(outside(its, all)));
    return checks;
  }

  /**
   * Checks a limit on what tasks may send to the driver in total, if one is set: the average of a
   * round, which is one state in as many slices as there are workers, must fit.
   */
  private Optional<PreflightCheck> limitOfResults(long state) {
    String set = conf.get(RESULTS, "0");
    long limit = JavaUtils.byteStringAsBytes(set);
    if (limit <= 0 || state == 0) {
      return Optional.empty();
    }
    long needed = state + RESULT_EXTRAS * setup.recipe().averaging().workers();
    String problem =
        needed <= limit
            ? null
            : "%s %s: is too small for the average of a round, %s; leave it out, or set %s"
                .formatted(RESULTS, set, megabytes(needed), mebibytes(needed));
    String found = "%s of %s".formatted(megabytes(needed), megabytes(limit));
    return Optional.of(new PreflightCheck("results", "driver", found, problem, 2));
  }

  /**
   * The setting of the heap; for a local master it belongs to what starts the JVM: spark-submit, or
   * the launcher.
   */
  private String heapSetting() {
    if (!isLocal) {
      return "spark.executor.memory";
    }
    return conf.contains("spark.submit.deployMode")
        ? "spark.driver.memory"
        : "GOOGLENET_JAVA_OPTS=-Xmx";
  }

  private static Map<String, List<HostReport>> byHost(List<HostReport> hosts) {
    return hosts.stream()
        .filter(host -> host.engine() != null)
        .collect(Collectors.groupingBy(HostReport::host, TreeMap::new, Collectors.toList()));
  }

  /** The heap that the workers on one executor need. */
  private long ofWorkers(Heap heap, long state) {
    int batch = setup.recipe().training().batch();
    long reading =
        Batches.heapBytes(
            setup.train(),
            (long) setup.plan().round(0).steps() * batch,
            batch,
            setup.recipe().model().side());
    return heap.program() + slots * (heap.worker() * state + reading);
  }

  private static PreflightCheck heap(String where, long needed, long there, String setting) {
    String found = "%s of %s".formatted(megabytes(needed), megabytes(there));
    String problem =
        needed <= there
            ? null
            : "the Java heap of %s is too small, %s are needed; set %s%s"
                .formatted(
                    megabytes(there), megabytes(needed), assignment(setting), mebibytes(needed));
    return new PreflightCheck("heap", where, found, problem, 2);
  }

  /** The checks of what the executors of one machine need outside their heaps. */
  private List<PreflightCheck> outside(List<HostReport> executors, long heapNeeded) {
    List<PreflightCheck> checks = new ArrayList<>();
    long ofMachine = 0;
    for (HostReport executor : executors) {
      long needed = JVM + slots * ofPlans(executor);
      ofMachine += needed + Math.min(heapNeeded, executor.memory().heap());
      long limit = limit(executor, executors.size());
      if (limit > 0) {
        checks.add(beside(executor, needed, limit, heapNeeded));
      }
    }
    if (checks.isEmpty()) {
      checks.add(ofMachine(executors, ofMachine));
    }
    return checks;
  }

  private static long ofPlans(HostReport executor) {
    return (long) (PLANS * executor.engine().plannedBytes());
  }

  /** The bytes at which an executor is killed; 0 if only the machine limits it. */
  private long limit(HostReport executor, int onItsMachine) {
    if (!hasOverhead) {
      return executor.memory().container() ? executor.memory().total() / onItsMachine : 0;
    }
    long heap = bytes("spark.executor.memory", 1L << 30);
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    long overhead = Math.max(LEAST_OVERHEAD, (long) (factor * heap));
    boolean offHeap = conf.getBoolean("spark.memory.offHeap.enabled", false);
    return heap
        + bytes("spark.executor.memoryOverhead", overhead)
        + (offHeap ? bytes("spark.memory.offHeap.size", 0) : 0);
  }

  /** A size as Spark reads it: MiB if no unit follows. */
  private long bytes(String key, long otherwise) {
    return conf.contains(key) ? JavaUtils.byteStringAsMb(conf.get(key)) << 20 : otherwise;
  }

  private PreflightCheck beside(HostReport executor, long needed, long limit, long heapNeeded) {
    long there = limit - executor.memory().heap();
    String problem =
        needed <= there
            ? null
            : "%s beside the heap of %s are too little, %s are needed (%s at a time of %s, and the JVM); %s, or lower training.batch"
                .formatted(
                    megabytes(Math.max(0, there)),
                    megabytes(executor.memory().heap()),
                    megabytes(needed),
                    TrainingEvent.count(slots, "worker"),
                    megabytes(ofPlans(executor)),
                    remedy(needed, limit, heapNeeded));
    return new PreflightCheck(
        "memory",
        executor.where(),
        "%s of %s beside the heap".formatted(megabytes(needed), megabytes(there)),
        problem,
        2);
  }

  /**
   * In a container the heap can be smaller, or the workers can take turns: neither changes a bit of
   * the result.
   */
  private String remedy(long needed, long limit, long heapNeeded) {
    if (hasOverhead) {
      return "set spark.executor.memoryOverhead=" + mebibytes(needed);
    }
    long leastHeap = Math.max(heapNeeded, ExecutorMemory.LEAST_HEAP);
    if (leastHeap <= limit - needed) {
      return "set " + assignment(heapSetting()) + ((limit - needed) >> 20) + "m";
    }
    String more = "give the container " + megabytes(needed + leastHeap);
    return isLocal && slots > 1
        ? more
            + ", let the workers take turns (--conf spark.master=local[%s])"
                .formatted(TaskCores.of(conf))
        : more;
  }

  private static String assignment(String setting) {
    return setting.endsWith("-Xmx") ? setting : setting + "=";
  }

  private PreflightCheck ofMachine(List<HostReport> executors, long needed) {
    HostReport first = executors.get(0);
    long there =
        first.memory().available()
            + executors.stream().mapToLong(executor -> executor.memory().resident()).sum();
    String problem =
        needed <= there
            ? null
            : "%s are free, %s are needed by %s; free some, use fewer workers at a time (a larger spark.task.cpus), or lower training.batch"
                .formatted(
                    megabytes(there),
                    megabytes(needed),
                    TrainingEvent.count((long) slots * executors.size(), "worker"));
    return new PreflightCheck(
        "memory",
        executors.size() == 1 ? first.where() : first.host(),
        "%s of %s free".formatted(megabytes(needed), megabytes(there)),
        problem,
        2);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }

  /** A size as Spark and the JVM read it, rounded up to a hundred MiB. */
  private static String mebibytes(long bytes) {
    return (((bytes >> 20) / 100 + 1) * 100L) + "m";
  }
}
