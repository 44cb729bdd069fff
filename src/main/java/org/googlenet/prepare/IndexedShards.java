package org.googlenet.prepare;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.Dataset;
import org.googlenet.data.Defect;
import org.googlenet.data.ShardNotes;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Labels;
import org.googlenet.data.format.Shard;
import scala.Tuple2;

/**
 * All shards of an index job together: what is bad, which classes they have, and the data set. The
 * driver holds a few values of each shard and the labels, and no records.
 */
final class IndexedShards {

  private final JavaSparkContext spark;
  private final IndexJob.Options options;
  private final ScannedShard.Job job;
  private final JavaRDD<ScannedShard> scanned;
  private final List<Row> rows;
  private final List<Row> shards;

  /** What the driver keeps of a file; of one that is no shard, the shard is null. */
  private record Row(String format, String name, Shard shard, int bad, boolean isKept)
      implements Serializable {

    private static Row of(ScannedShard each) {
      return each.indexed() == null
          ? new Row(each.format(), each.name(), null, each.bad(), false)
          : new Row(
              each.format(),
              each.name(),
              each.indexed().shard(),
              each.bad(),
              each.indexed().isKept());
    }
  }

  /** Waits until all files have been scanned. */
  IndexedShards(
      JavaSparkContext spark,
      IndexJob.Options options,
      ScannedShard.Job job,
      JavaRDD<ScannedShard> scanned) {
    this.spark = spark;
    this.options = options;
    this.job = job;
    this.scanned = scanned;
    this.rows = scanned.map(Row::of).collect();
    this.shards = rows.stream().filter(row -> row.shard() != null).toList();
  }

  /**
   * Makes the data set, unless too much is bad.
   *
   * @param isBeside whether the shards lie where the description goes
   * @throws DataProblem if the shards are of several formats, or their labels do not make classes
   */
  IndexReport report(boolean isBeside) {
    requireOneFormat();
    Findings findings =
        scanned.map(ScannedShard::findings).fold(new Findings(), (sum, each) -> sum.add(each));
    Findings doubles = KeyDoubles.of(spark, job, shards.stream().map(Row::shard).toList());
    long bad = rows.stream().mapToLong(Row::bad).sum();
    boolean hasDoubles = !doubles.report(List.of(options.output())).isEmpty();
    List<ValidateJob.Finding> found = findings.add(doubles).report(List.of(options.output()));
    TreeMap<String, ShardNotes.Passed> passedOver =
        scanned.map(ScannedShard::passedOver).reduce(ScannedShard::join);
    int kept = (int) rows.stream().filter(Row::isKept).count();
    Optional<DataProblem> refusal = refusal(found, bad, hasDoubles);
    if (refusal.isPresent()) {
      return new IndexReport(Optional.empty(), refusal, kept, found, passedOver, List.of());
    }
    ClassesFound classes = new ClassesFound(options.index(), labels());
    Labels labels = classes.labels(classNames());
    Dataset dataset =
        Dataset.create(
            job.stores(),
            options.output(),
            ScannedShard.named(shards.get(0).format()),
            isBeside ? "" : job.shardsIn(),
            options.split(),
            labels,
            shards.stream().map(Row::shard).toList());
    return new IndexReport(
        Optional.of(dataset), refusal, kept, found, passedOver, classes.remarks(labels));
  }

  private void requireOneFormat() {
    for (Row row : shards) {
      Row first = shards.get(0);
      if (!row.format().equals(first.format())) {
        throw new DataProblem(
            "%s/%s: is of format %s, and %s is of format %s; name shards of one format, with a glob if they lie in one folder"
                .formatted(job.shardsIn(), row.name(), row.format(), first.name(), first.format()));
      }
    }
  }

  private Optional<DataProblem> refusal(
      List<ValidateJob.Finding> found, long bad, boolean hasDoubles) {
    Optional<ValidateJob.Finding> lost =
        found.stream().filter(each -> each.kind().equals(Defect.SHARD.toString())).findFirst();
    if (lost.isPresent() && options.skipBad().isPercent()) {
      return Optional.of(lost(lost.get(), bad));
    }
    long records = shards.stream().mapToLong(row -> row.shard().records()).sum();
    long most = options.skipBad().of(records + bad);
    if (bad > most || hasDoubles) {
      return Optional.of(
          new DataProblem(
              String.format(
                  Locale.ROOT,
                  "%,d of %,d records cannot be used%s; the first: %s",
                  found.stream().mapToLong(ValidateJob.Finding::count).sum(),
                  records + bad,
                  most > 0
                      ? String.format(Locale.ROOT, " (--skip-bad leaves out up to %,d)", most)
                      : "",
                  found.get(0).first().get(0))));
    }
    return records > 0
        ? Optional.empty()
        : Optional.of(
            new DataProblem(
                "%s: no record was found; name shards with images".formatted(job.shardsIn())));
  }

  /** Nobody knows what share of the records is behind the place where a shard ends. */
  private DataProblem lost(ValidateJob.Finding shards, long bad) {
    return new DataProblem(
        String.format(
            Locale.ROOT,
            "%,d of the shards cannot be read as a whole, and no share (--skip-bad=%s) allows that, as what is lost is not known; mend or leave out the shard, or allow a number (--skip-bad=%d); the first: %s",
            shards.count(),
            options.skipBad(),
            bad,
            shards.first().get(0)));
  }

  /** The different labels, each with the first shard that has it. */
  private Map<String, String> labels() {
    return scanned
        .filter(each -> each.indexed() != null)
        .flatMapToPair(
            each ->
                each.indexed().labels().stream()
                    .map(label -> new Tuple2<>(label, each.name()))
                    .iterator())
        .reduceByKey(
            (one, other) -> one.compareTo(other) <= 0 ? one : other,
            KeyDoubles.partitions(spark, shards.size()))
        .collectAsMap();
  }

  /** What the shards call the classes of numbers. */
  private SortedMap<String, String> classNames() {
    List<Tuple2<String, String>> pairs =
        scanned
            .filter(each -> each.indexed() != null)
            .flatMap(
                each ->
                    each.indexed().notes().classNames().entrySet().stream()
                        .map(entry -> new Tuple2<>(entry.getKey(), entry.getValue()))
                        .iterator())
            .distinct(KeyDoubles.partitions(spark, shards.size()))
            .collect();
    TreeMap<String, String> names = new TreeMap<>();
    for (Tuple2<String, String> pair : pairs) {
      String other = names.put(pair._1(), pair._2());
      if (other != null && options.index().classNames().isEmpty()) {
        throw new DataProblem(
            "%s: class %s is named '%s' in one shard and '%s' in another; name the classes by --class-names or --classes"
                .formatted(job.shardsIn(), pair._1(), other, pair._2()));
      }
    }
    return names;
  }
}
