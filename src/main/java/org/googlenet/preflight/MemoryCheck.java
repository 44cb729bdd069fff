package org.googlenet.preflight;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.JavaUtils;
import org.googlenet.data.Batches;
import org.googlenet.report.EventText;
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

  /**
   * What the heap of an executor holds.
   *
   * <p>Once for all workers: the start of a round, and its part of two means, the one that the
   * round starts from and the one that it makes. For each worker: the two arrays of its result, and
   * the same packed. Means and packed results are blocks of Spark's, which go to disk where its
   * memory has no room for them.
   *
   * @param program bytes of the objects of Spark and of the rest of the program, and of what the
   *     collector cannot use beside arrays as large as these
   * @param start how many states (parameters and momentum) all workers hold together
   * @param worker how many states a worker holds
   */
  private record Heap(long program, int start, double worker) {

    /**
     * With less heap a round is not possible. More than half of the blocks is on disk then: two
     * executors of four workers each, with a state of 72 MiB, ran with 683 MiB and not with 661.
     */
    static final Heap LEAST = new Heap(175L << 20, 1, 1.4);

    /**
     * With this heap all blocks have room in Spark's memory, which is three fifths of what is above
     * 300 MiB, and garbage is collected only now and then.
     */
    static final Heap COMFORTABLE = new Heap(300L << 20, 2, 2);
  }

  /** States that a driver holds: the last one, which a checkpoint is written from, and the next. */
  private static final int DRIVER = 2;

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
        mebibytes(ofExecutor(Heap.COMFORTABLE, host.stateBytes())),
        mebibytes(JVM + slots * ofPlans(host)));
  }

  /**
   * The checks of the driver's heap and, for each executor, of its heap and of the memory outside
   * it.
   */
  List<PreflightCheck> of(List<HostReport> hosts) {
    List<PreflightCheck> checks = new ArrayList<>();
    long state = hosts.stream().mapToLong(HostReport::stateBytes).max().orElse(0);
    if (!isLocal) {
      long needed = Heap.LEAST.program() + DRIVER * state;
      checks.add(heap("driver", needed, Runtime.getRuntime().maxMemory(), "spark.driver.memory"));
    }
    long all = isLocal ? ofLocal(state) : ofExecutor(Heap.LEAST, state);
    for (HostReport host : hosts) {
      String setting = heapSetting();
      checks.add(heap(host.where(), all, host.memory().heap(), setting));
    }
    byHost(hosts).forEach((host, its) -> checks.addAll(outside(its, all)));
    return checks;
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
  private long ofExecutor(Heap heap, long state) {
    long ofWorker = (long) (heap.worker() * state) + reading();
    return heap.program() + heap.start() * state + slots * ofWorker;
  }

  /**
   * The heap that a local Spark needs, whose workers start from the driver's state, and whose
   * results stay where they are until they are summed. If workers take turns, their sum is kept in
   * double, which takes two states, while as many results as run at once wait to be added.
   *
   * <p>With a state of 72 MiB, 4 and 6 workers at once ran with 680 and 825 MiB and not with 660
   * and 810; twice as many as 2 or 4 at once with 740 and 960 and not with 720 and 945.
   */
  private long ofLocal(long state) {
    boolean inTurns = slots < setup.recipe().averaging().workers();
    int results = inTurns ? 2 * slots + 1 : slots;
    return Heap.LEAST.program() + (DRIVER + results) * state + slots * reading();
  }

  /** What a worker reads ahead. */
  private long reading() {
    int batch = setup.recipe().training().batch();
    return Batches.heapBytes(
        setup.train(),
        (long) setup.plan().round(0).steps() * batch,
        batch,
        setup.recipe().model().side());
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
                    EventText.count(slots, "worker"),
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
                    EventText.count((long) slots * executors.size(), "worker"));
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
