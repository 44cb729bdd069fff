package org.googlenet.prepare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.googlenet.common.Problem;
import org.googlenet.common.Tolerance;
import org.googlenet.data.Dataset;
import org.googlenet.data.IndexOptions;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.list.ListFormat;
import org.googlenet.data.format.list.ListShards;
import org.googlenet.spark.JobFailure;
import org.googlenet.storage.Location;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * Makes a data set of shards that others wrote, where they lie: each Spark task reads one shard
 * once and writes its index, and {@code dataset.json} is written last.
 *
 * <p>A run that follows one that failed does not read a shard again whose index it finds.
 */
public final class IndexJob {

  private final JavaSparkContext spark;
  private final Stores stores;

  /**
   * What to index.
   *
   * @param shards paths or URIs of files and folders, globs, and names with braces
   * @param format the name of the shards' format; empty if it is to be told by their content
   * @param output where indexes and {@code dataset.json} go: a path or URI without a data set
   * @param split what the data set is for: {@code train}, {@code validation}
   * @param index which records the indexes have
   * @param skipBad how much of what is bad may be left out
   */
  public record Options(
      List<String> shards,
      String format,
      String output,
      String split,
      IndexOptions index,
      Tolerance skipBad) {

    public Options {
      shards = List.copyOf(shards);
      if (!split.matches("[A-Za-z0-9_][A-Za-z0-9_-]*")) {
        throw new PrepareRefused(
            "split '" + split + "': use letters, digits, '-' and '_', as in train or validation");
      }
      if (index.labelBase() != 0 && index.labelBase() != 1) {
        throw new PrepareRefused(
            "label base " + index.labelBase() + ": the first class's number is 0 or 1");
      }
      if (!format.isEmpty()) {
        ScannedShard.named(format);
      }
    }
  }

  /** A job on a Spark session, over storage that its executors reach too. */
  public IndexJob(JavaSparkContext spark, Stores stores) {
    this.spark = spark;
    this.stores = stores;
  }

  /**
   * Reads the shards, and makes the data set unless too much is bad.
   *
   * @throws DataProblem if there is a data set already, shards are missing or of several formats,
   *     or labels do not make classes
   * @throws StorageProblem if storage cannot be read or written
   */
  public IndexReport run(Options options) {
    try {
      Dataset.requireNone(stores, options.output());
      ShardFiles files = shards(options);
      Location output = Location.of(options.output());
      boolean isBeside = output.holds(files.root());
      ScannedShard.Job job =
          new ScannedShard.Job(
              stores,
              isBeside ? options.output() : files.root().text(),
              options.output(),
              options.format(),
              options.index(),
              !options.skipBad().isNone());
      List<ScannedShard.Task> tasks = tasks(files, isBeside ? output : files.root());
      UnfinishedIndexes indexes = new UnfinishedIndexes(stores, options.output());
      indexes.begin(spark, new ArrayList<>(tasks.stream().map(ScannedShard.Task::name).toList()));
      IndexReport report = scan(options, job, tasks, isBeside);
      if (report.dataset().isPresent()) {
        indexes.end();
      }
      return report;
    } catch (IOException e) {
      throw StorageProblem.at(options.output(), e);
    } catch (Exception e) {
      throw e instanceof Problem problem ? problem : JobFailure.of(e);
    }
  }

  private IndexReport scan(
      Options options, ScannedShard.Job job, List<ScannedShard.Task> tasks, boolean isBeside) {
    JavaRDD<ScannedShard> scanned =
        spark
            .parallelize(tasks, tasks.size())
            .map(task -> ScannedShard.of(job, task))
            // Several jobs need it, and a shard is to be read only once.
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    try {
      return new IndexedShards(spark, options, job, scanned).report(isBeside);
    } finally {
      scanned.unpersist(false);
    }
  }

  /** The shards; lists of images are cut into some, which lie beside their indexes. */
  private ShardFiles shards(Options options) throws IOException {
    ShardFiles files = ShardFiles.of(stores, options.shards());
    boolean isList =
        options.format().isEmpty()
            ? files.files().stream().allMatch(file -> ListShards.isList(file.name()))
            : options.format().equals(ListFormat.NAME);
    if (!isList) {
      return files;
    }
    List<String> lists =
        files.files().stream().map(file -> files.root().resolve(file.name()).text()).toList();
    List<ShardFiles.File> cut =
        ListShards.cut(
                stores,
                lists,
                options.index().fields(),
                stores.open(options.output()),
                options.split())
            .stream()
            .map(shard -> new ShardFiles.File(shard.name(), shard.bytes(), true))
            .toList();
    if (cut.isEmpty()) {
      throw new DataProblem(lists.get(0) + ": names no images; give a line 'PATH,LABEL' for each");
    }
    return new ShardFiles(Location.of(options.output()), cut);
  }

  private static List<ScannedShard.Task> tasks(ShardFiles files, Location shardsIn) {
    String before = shardsIn.equals(files.root()) ? "" : shardsIn.nameOf(files.root()) + "/";
    List<ScannedShard.Task> tasks = new ArrayList<>(files.files().size());
    for (ShardFiles.File file : files.files()) {
      tasks.add(
          new ScannedShard.Task(tasks.size(), before + file.name(), file.bytes(), file.isNamed()));
    }
    return tasks;
  }
}
