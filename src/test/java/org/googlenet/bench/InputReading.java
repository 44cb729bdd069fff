package org.googlenet.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.Batches;
import org.googlenet.data.Dataset;
import org.googlenet.data.EpochSeed;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;

/**
 * Reads data sets through all that a training reads with: images per second of processor time, and
 * per second with one decoding thread and with two.
 */
record InputReading(int batch, int side) {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Seconds of processor time that this process takes for some work. */
  static double processorSeconds(Runnable work) {
    long start = SYSTEM.getProcessCpuTime();
    work.run();
    return (SYSTEM.getProcessCpuTime() - start) / 1e9;
  }

  /** The figures of each data set; all take turns. */
  Map<String, Map<String, Object>> measure(Map<String, Dataset> sets, int turns) {
    Turns times = new Turns();
    sets.forEach(
        (name, dataset) -> {
          times.addTimed(name, "per_cpu_s", () -> processorSeconds(() -> drain(dataset, 1)));
          times.add(name, "per_s_1_thread", () -> drain(dataset, 1));
          times.add(name, "per_s_2_threads", () -> drain(dataset, 2));
        });
    times.warmUp(1);
    times.take(turns);
    Map<String, Map<String, Object>> figures = new LinkedHashMap<>();
    times
        .medians()
        .forEach(
            (key, seconds) ->
                figures
                    .computeIfAbsent(key.subject(), name -> new LinkedHashMap<>())
                    .put(key.figure(), sets.get(key.subject()).records() / seconds));
    figures
        .values()
        .forEach(
            of ->
                of.put(
                    "speed_up",
                    (Double) of.get("per_s_2_threads") / (Double) of.get("per_s_1_thread")));
    return figures;
  }

  BatchSpec batches(int threads) {
    return new BatchSpec(batch, side, Decoding.of(Augmentation.Kind.INCEPTION)).decodedBy(threads);
  }

  void drain(Dataset dataset, int threads) {
    try (Batches batches =
        Batches.shuffled(dataset, dataset.all(), batches(threads), new EpochSeed(1, 0))) {
      while (batches.next() != null) {
        // Only reading is timed.
      }
    }
  }
}
