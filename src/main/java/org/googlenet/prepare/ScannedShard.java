package org.googlenet.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.common.LookUpProblem;
import org.googlenet.data.Defect;
import org.googlenet.data.IndexOptions;
import org.googlenet.data.ShardIndexer;
import org.googlenet.data.ShardNotes;
import org.googlenet.data.format.ForeignFormat;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardFormat;
import org.googlenet.data.format.ShardSource;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * What a task made of one file that may be a shard.
 *
 * @param number of the file
 * @param format its format's name; empty if it has none that is known
 * @param indexed null if it has no format
 * @param findings what is bad
 * @param passedOver what is no record and does not belong to one, by kind
 */
record ScannedShard(
    int number,
    String name,
    String format,
    ShardIndexer.Indexed indexed,
    Findings findings,
    TreeMap<String, ShardNotes.Passed> passedOver)
    implements Serializable {

  /**
   * A task's file.
   *
   * @param isNamed whether the user named it, and not only the folder that has it
   */
  record Task(int number, String name, long bytes, boolean isNamed) implements Serializable {}

  /**
   * What all tasks of a job share.
   *
   * @param shardsIn where the files lie
   * @param output where their indexes go
   * @param format the name of their format; empty if it is to be told by their content
   * @param keepsBad whether an index that leaves out bad records is taken from an earlier run
   */
  record Job(
      Stores stores,
      String shardsIn,
      String output,
      String format,
      IndexOptions options,
      boolean keepsBad)
      implements Serializable {}

  /** Scans a file and writes its index. */
  static ScannedShard of(Job job, Task task) {
    Shard shard = new Shard(task.name(), 0, task.bytes(), "", "");
    ShardSource source =
        new ShardSource(job.stores().open(job.shardsIn()), job.stores().open(job.output()), shard)
            .with(job.stores());
    try {
      ForeignFormat format = format(job, source);
      return format == null
          ? unknown(task, source.where())
          : of(task, format, ShardIndexer.index(source, format, job.options(), job.keepsBad()));
    } catch (IOException e) {
      throw StorageProblem.at(job.shardsIn() + "/" + task.name(), e);
    }
  }

  /** The format of a file; null if it has none. */
  private static ForeignFormat format(Job job, ShardSource source) throws IOException {
    return job.format().isEmpty() ? ForeignFormat.of(source).orElse(null) : named(job.format());
  }

  /**
   * The format of a name.
   *
   * @throws PrepareRefused if it is none that others write
   */
  static ForeignFormat named(String name) {
    try {
      if (ShardFormat.all().get(name) instanceof ForeignFormat format) {
        return format;
      }
    } catch (LookUpProblem e) {
      throw new PrepareRefused("--format: " + e.getMessage());
    }
    throw new PrepareRefused(
        "--format: '%s' is what 'googlenet prepare' writes, with indexes of its own; such a data set is ready"
            .formatted(name));
  }

  private static ScannedShard of(Task task, ForeignFormat format, ShardIndexer.Indexed indexed) {
    Findings findings = new Findings();
    for (ShardNotes.Bad bad : indexed.notes().bad()) {
      findings.add(0, bad.kind(), task.number(), bad.position(), bad.line());
    }
    return new ScannedShard(
        task.number(),
        task.name(),
        format.name(),
        indexed,
        findings,
        new TreeMap<>(indexed.notes().passedOver()));
  }

  private static ScannedShard unknown(Task task, String where) {
    Findings findings = new Findings();
    TreeMap<String, ShardNotes.Passed> passedOver = new TreeMap<>();
    if (task.isNamed()) {
      findings.add(
          0,
          Defect.SHARD,
          task.number(),
          -1,
          where
              + ": is of no format that is known; name shards only, or name the format by --format");
    } else {
      passedOver.put("files that are no shards", ShardNotes.Passed.of(task.name()));
    }
    return new ScannedShard(task.number(), task.name(), "", null, findings, passedOver);
  }

  /** How many things are bad. */
  int bad() {
    return indexed == null ? (passedOver.isEmpty() ? 1 : 0) : indexed.notes().bad().size();
  }

  /** Adds what was passed over elsewhere. */
  static TreeMap<String, ShardNotes.Passed> join(
      SortedMap<String, ShardNotes.Passed> some, SortedMap<String, ShardNotes.Passed> others) {
    TreeMap<String, ShardNotes.Passed> all = new TreeMap<>(some);
    others.forEach((kind, each) -> all.merge(kind, each, ShardNotes.Passed::plus));
    return all;
  }
}
