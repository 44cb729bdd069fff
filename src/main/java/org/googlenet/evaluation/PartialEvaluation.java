package org.googlenet.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.data.BadRecord;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.Range;
import org.googlenet.model.Batch;

/**
 * Hits and summed losses of the examples that one task evaluates; the parts of all tasks add up to
 * an {@link Evaluation}.
 */
final class PartialEvaluation implements Serializable {

  private static final long serialVersionUID = 1L;

  /** How many of the records that could not be used are known by more than their number. */
  private static final int NAMED = 10;

  private final List<String> heads;
  private final long[] examples;
  private final long[] top1;
  private final long[] top5;
  private final double[] lossSums;
  private final Hits hits = new Hits();
  private final Confusion confusion;
  private final Calibration calibration = new Calibration();
  private final List<BadRecord> firstUnread = new ArrayList<>();
  private final Mistakes mistakes = new Mistakes();
  private int read;
  private long unread;

  /**
   * @param heads their names, in the order of the network's outputs; hits are those of the first
   */
  PartialEvaluation(List<String> heads, int classes) {
    this.heads = List.copyOf(heads);
    this.lossSums = new double[heads.size()];
    this.examples = new long[classes];
    this.top1 = new long[classes];
    this.top5 = new long[classes];
    this.confusion = new Confusion(classes);
  }

  /**
   * Adds a batch.
   *
   * @param probabilities for each head {@code [n * classes]}
   */
  void add(Batch batch, float[][] probabilities) {
    int classes = examples.length;
    for (int i = 0; i < batch.examples(); i++) {
      int label = batch.labels()[i];
      int rank = TopK.rank(probabilities[0], classes, i, label);
      examples[label]++;
      top1[label] += rank < 1 ? 1 : 0;
      top5[label] += rank < 5 ? 1 : 0;
      hits.add(rank < 1);
      int first = TopK.first(probabilities[0], classes, i);
      if (first >= 0) {
        confusion.add(label, first);
        calibration.add(probabilities[0][i * classes + first], rank < 1);
        if (first != label) {
          float probability = probabilities[0][i * classes + first];
          mistakes.add(batch.keys().get(i), read, label, first, probability);
        }
      }
      for (int head = 0; head < lossSums.length; head++) {
        lossSums[head] += crossEntropy(probabilities[head][i * classes + label]);
      }
      read++;
    }
  }

  /**
   * Adds the records of this part that could not be used, once all others are added.
   *
   * @param ranges all records of the part, in their order
   */
  void addUnread(Dataset dataset, List<Range> ranges, List<BadRecord> bad) {
    BitSet places = new BitSet();
    int before = 0;
    for (Range range : ranges) {
      String shard = dataset.shards().get(range.shard()).name();
      List<BadRecord> within =
          bad.stream()
              .filter(record -> record.shard().equals(shard))
              .filter(at -> at.position() >= range.from() && at.position() < range.to())
              .sorted(BadRecord.BY_PLACE)
              .toList();
      for (BadRecord record : within) {
        places.set(before + record.position() - range.from());
      }
      within.stream().limit(NAMED - firstUnread.size()).forEach(firstUnread::add);
      before += range.records();
    }
    hits.insertUnread(places);
    mistakes.place(dataset, ranges, places);
    unread += bad.size();
  }

  /** The first records that could not be used. */
  List<BadRecord> firstUnread() {
    return firstUnread;
  }

  /** Adds another part to this one: that of the records that come next. */
  PartialEvaluation add(PartialEvaluation other) {
    for (int label = 0; label < examples.length; label++) {
      examples[label] += other.examples[label];
      top1[label] += other.top1[label];
      top5[label] += other.top5[label];
    }
    for (int head = 0; head < lossSums.length; head++) {
      lossSums[head] += other.lossSums[head];
    }
    hits.add(other.hits);
    confusion.add(other.confusion);
    calibration.add(other.calibration);
    mistakes.add(other.mistakes);
    unread += other.unread;
    other.firstUnread.stream().limit(NAMED - firstUnread.size()).forEach(firstUnread::add);
    return this;
  }

  /** The hits of the examples, in their order. */
  Hits hits() {
    return hits;
  }

  /** What was taken for what. */
  Confusion confusion() {
    return confusion;
  }

  /** How far probabilities can be believed. */
  Calibration calibration() {
    return calibration;
  }

  /** The surest wrong answers. */
  Mistakes mistakes() {
    return mistakes;
  }

  Evaluation evaluation(List<String> names) {
    long all = sum(examples);
    List<Evaluation.OfClass> classes = new ArrayList<>();
    for (int label = 0; label < examples.length; label++) {
      classes.add(
          new Evaluation.OfClass(
              label,
              names.get(label),
              examples[label],
              share(top1[label], examples[label]),
              share(top5[label], examples[label])));
    }
    Map<String, Double> loss = new LinkedHashMap<>();
    for (int head = 0; head < lossSums.length; head++) {
      loss.put(heads.get(head), lossSums[head] / all);
    }
    return new Evaluation(all, unread, share(sum(top1), all), share(sum(top5), all), loss, classes);
  }

  /** In nats; a probability that fp32 rounds to 0 counts as the smallest normal number. */
  private static double crossEntropy(float probability) {
    return -Math.log(Math.max(probability, Float.MIN_NORMAL));
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  private static double share(long hits, long of) {
    return of == 0 ? 0 : (double) hits / of;
  }
}
