package org.googlenet.prepare;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.googlenet.data.BadRecordLimit;
import org.googlenet.data.Dataset;
import org.googlenet.data.Defect;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Shard;
import org.googlenet.prepare.Duplicates.Place;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * Reads data sets completely and reports everything that is wrong with them: each Spark task reads
 * a shard, and a shuffle of the images' hashes finds duplicates. The driver receives counts and the
 * first ten cases of each kind.
 */
public final class ValidateJob {

  private final JavaSparkContext spark;
  private final Stores stores;

  /**
   * What was found.
   *
   * @param datasets the data sets whose description could be read
   * @param findings errors first
   */
  public record Report(List<Summary> datasets, List<Finding> findings) {

    /** How many errors there are. */
    public long errors() {
      return count("error");
    }

    /** How many warnings there are. */
    public long warnings() {
      return count("warning");
    }

    private long count(String severity) {
      return findings.stream()
          .filter(finding -> finding.severity().equals(severity))
          .mapToLong(Finding::count)
          .sum();
    }

    /**
     * Throws if the data cannot be used.
     *
     * @throws DataProblem if there is an error; it carries the first one
     */
    public void requireNoErrors() {
      if (errors() > 0) {
        throw new DataProblem(
            errors() == 1
                ? findings.get(0).first().get(0)
                : String.format(
                    Locale.ROOT,
                    "%,d errors in the data; the first: %s",
                    errors(),
                    findings.get(0).first().get(0)));
      }
    }

    /**
     * Throws if the data cannot be trained on.
     *
     * @param limit how many bad records of each data set a training passes over
     * @throws DataProblem if there are more, or another error
     */
    public void requireUsable(BadRecordLimit limit) {
      if (limit.passesOver()) {
        datasets.forEach(set -> requireFewBadRecords(set, limit));
        new Report(datasets, findings.stream().filter(each -> !each.isOfOneRecord()).toList())
            .requireNoErrors();
      } else {
        requireNoErrors();
      }
    }

    private void requireFewBadRecords(Summary set, BadRecordLimit limit) {
      List<Finding> bad =
          findings.stream()
              .filter(each -> each.isOfOneRecord() && each.dataset().equals(set.location()))
              .toList();
      limit.require(
          set.location(),
          set.records(),
          bad.stream().mapToLong(Finding::count).sum(),
          bad.stream().flatMap(each -> each.first().stream()).toList());
    }
  }

  /** A data set, as its {@code dataset.json} describes it. */
  public record Summary(
      String location,
      String split,
      long records,
      int classes,
      int shards,
      long bytes,
      String fingerprint) {

    private static Summary of(Dataset set) {
      return new Summary(
          set.location(),
          set.split(),
          set.records(),
          set.classes(),
          set.shards().size(),
          set.shards().stream().mapToLong(Shard::bytes).sum(),
          set.fingerprint());
    }
  }

  /**
   * One kind of defect of one data set.
   *
   * @param severity {@code error} or {@code warning}
   * @param kind a {@link Defect}
   * @param dataset path or URI
   * @param count number of cases
   * @param first the first ten, one line per case
   */
  public record Finding(
      String severity, String kind, String dataset, long count, List<String> first) {

    private boolean isOfOneRecord() {
      return Arrays.stream(Defect.values())
          .anyMatch(defect -> defect.isOfOneRecord() && defect.toString().equals(kind));
    }
  }

  /** A job on a Spark session, over storage that its executors reach too. */
  public ValidateJob(JavaSparkContext spark, Stores stores) {
    this.spark = spark;
    this.stores = stores;
  }

  /**
   * Validates.
   *
   * @param locations of the data sets
   * @param classes how many each must have; empty if that is not known
   * @throws StorageProblem if storage cannot be read
   */
  public Report run(List<String> locations, Optional<Integer> classes) {
    Findings findings = new Findings();
    List<Dataset> sets = new ArrayList<>();
    for (int number = 0; number < locations.size(); number++) {
      sets.add(described(locations.get(number), number, findings));
    }
    compareClasses(sets, classes, findings);
    List<Task> tasks = tasks(sets);
    if (!tasks.isEmpty()) {
      findings.add(read(new ArrayList<>(sets), tasks));
    }
    List<Summary> summaries = sets.stream().filter(set -> set != null).map(Summary::of).toList();
    return new Report(summaries, findings.report(locations));
  }

  /** The data set; null if its description cannot be read. */
  private Dataset described(String location, int number, Findings findings) {
    try {
      return Dataset.described(stores, location);
    } catch (DataProblem e) {
      findings.add(number, Defect.DESCRIPTION, -1, -1, e.getMessage());
      return null;
    }
  }

  private static void compareClasses(
      List<Dataset> sets, Optional<Integer> classes, Findings findings) {
    Dataset first = null;
    for (int number = 0; number < sets.size(); number++) {
      Dataset set = sets.get(number);
      if (set == null) {
        continue;
      }
      Dataset other = first == null ? set : first;
      first = other;
      note(number, () -> classes.ifPresent(set::requireClasses), findings);
      note(number, () -> set.requireClassesOf(other), findings);
    }
  }

  private static void note(int number, Runnable check, Findings findings) {
    try {
      check.run();
    } catch (DataProblem e) {
      findings.add(number, Defect.CLASSES, -1, -1, e.getMessage());
    }
  }

  /** One task's shard of a data set. */
  private record Task(int set, int shard) implements Serializable {}

  private static List<Task> tasks(List<Dataset> sets) {
    List<Task> tasks = new ArrayList<>();
    for (int set = 0; set < sets.size(); set++) {
      int shards = sets.get(set) == null ? 0 : sets.get(set).shards().size();
      for (int shard = 0; shard < shards; shard++) {
        tasks.add(new Task(set, shard));
      }
    }
    return tasks;
  }

  private Findings read(List<Dataset> sets, List<Task> tasks) {
    JavaRDD<CheckedShard> shards =
        spark
            .parallelize(tasks, tasks.size())
            .map(task -> CheckedShard.of(sets.get(task.set()), task.set(), task.shard()))
            // Both jobs below need it, and the shards should be read only once.
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    try {
      Findings findings =
          shards.map(CheckedShard::findings).fold(new Findings(), (a, b) -> a.add(b));
      Findings duplicates =
          shards
              .flatMapToPair(shard -> shard.duplicates(sets.size()).iterator())
              .reduceByKey(Duplicates::add)
              .filter(same -> same._2().areSeveral())
              .aggregate(
                  new Findings(),
                  (sum, same) -> addCopies(sum, sets, same._1().isKey(), same._2()),
                  Findings::add);
      return findings.add(duplicates);
    } finally {
      shards.unpersist(false);
    }
  }

  private static Findings addCopies(
      Findings findings, List<Dataset> sets, boolean isKey, Duplicates duplicates) {
    int[] with = IntStream.range(0, sets.size()).filter(set -> duplicates.count(set) > 0).toArray();
    for (int set : with) {
      Place first = duplicates.first(set);
      if (duplicates.count(set) > 1) {
        addCopy(findings, sets, isKey, first, duplicates);
      }
      if (!isKey && set != with[0]) {
        Place other = duplicates.first(with[0]);
        String line =
            "%s: record %s: its image is that of record %s of %s; remove it from one of the two and make that data set again with 'googlenet prepare'"
                .formatted(shard(sets, first), first.key(), other.key(), shard(sets, other));
        findings.add(set, Defect.SHARED, first.shard(), first.position(), line);
      }
    }
    return findings;
  }

  /** A key or an image that is in a data set more than once. */
  private static void addCopy(
      Findings findings, List<Dataset> sets, boolean isKey, Place first, Duplicates duplicates) {
    int set = first.set();
    Place other = duplicates.other(set);
    boolean isConflict = !isKey && other != null;
    Place second = isConflict ? other : duplicates.second(set);
    Defect defect = isKey ? Defect.KEY : isConflict ? Defect.CONFLICT : Defect.TWICE;
    String line =
        switch (defect) {
          case KEY ->
              "%s: record %s: its key is that of a record of %s; give each its own and make the data set again with 'googlenet prepare'"
                  .formatted(shard(sets, second), second.key(), shard(sets, first));
          case CONFLICT ->
              "%s: record %s: its image is that of record %s of %s, and its label is %s and not %s; remove the wrong one"
                  .formatted(
                      shard(sets, second),
                      second.key(),
                      first.key(),
                      shard(sets, first),
                      second.label(),
                      first.label());
          default ->
              "%s: record %s: its image is that of record %s of %s; remove one if that is not meant"
                  .formatted(shard(sets, second), second.key(), first.key(), shard(sets, first));
        };
    findings.add(set, defect, second.shard(), second.position(), line);
  }

  private static String shard(List<Dataset> sets, Place place) {
    Dataset set = sets.get(place.set());
    return "shard " + set.location() + "/" + set.shards().get(place.shard()).name();
  }
}
