package org.googlenet.averaging;

import java.io.File;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import scala.collection.JavaConverters;

/**
 * Takes a round's results away when its first slice is summed and its second is about to be, as a
 * lost machine would: on a local Spark of one core, for two workers and slices, once for each
 * {@link #arm}.
 */
public final class LostShuffle implements SparkPlugin {

  private static final int WORKERS = 2;
  private static final AtomicBoolean ARMED = new AtomicBoolean();

  public static void arm() {
    ARMED.set(true);
  }

  public static boolean hasStruck() {
    return !ARMED.get();
  }

  @Override
  public DriverPlugin driverPlugin() {
    return null;
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> settings) {}

      @Override
      public void onTaskStart() {
        List<File> results = results();
        boolean isSecond = TaskContext.getPartitionId() == 1;
        if (isSecond && results.size() >= WORKERS && ARMED.compareAndSet(true, false)) {
          results.forEach(LostShuffle::delete);
        }
      }
    };
  }

  /** Of the newest shuffle; Spark forgets to delete those that were lost. */
  private static List<File> results() {
    Map<Integer, List<File>> byShuffle =
        JavaConverters.seqAsJavaList(
                SparkEnv.get().blockManager().diskBlockManager().getAllFiles().toSeq())
            .stream()
            .filter(file -> file.getName().matches("shuffle_.*\\.index"))
            .collect(
                Collectors.groupingBy(file -> Integer.valueOf(file.getName().split("_", -1)[1])));
    return byShuffle.isEmpty() ? List.of() : byShuffle.get(Collections.max(byShuffle.keySet()));
  }

  private static void delete(File file) {
    if (!file.delete()) {
      throw new IllegalStateException(file + ": cannot be deleted");
    }
  }
}
