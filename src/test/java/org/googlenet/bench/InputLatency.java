package org.googlenet.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.Batches;
import org.googlenet.data.BatchesAhead;
import org.googlenet.data.DataPlan;
import org.googlenet.data.Dataset;
import org.googlenet.data.EpochSeed;
import org.googlenet.data.format.Range;

/**
 * Reads a data set as a worker does, round by round, with a pause in place of each local step, and
 * tells how long it waited for batches.
 */
final class InputLatency {

  private final Dataset dataset;
  private final BatchSpec spec;
  private final int roundRecords;
  private final double imagesPerSecond;
  private final DataPlan plan;

  /**
   * Plans rounds.
   *
   * @param roundRecords records of a round
   * @param imagesPerSecond how fast they are used up
   */
  InputLatency(Dataset dataset, BatchSpec spec, int roundRecords, double imagesPerSecond) {
    this.dataset = dataset;
    this.spec = spec;
    this.roundRecords = roundRecords;
    this.imagesPerSecond = imagesPerSecond;
    this.plan = new DataPlan(dataset.recordsPerShard(), 1, 1);
  }

  /** Seconds until the first batch, and the share of all later time that was spent waiting. */
  Map<String, Double> measure() throws InterruptedException {
    int rounds = (int) (dataset.records() / roundRecords);
    double first = 0;
    double waited = 0;
    double used = 0;
    for (int round = 0; round < rounds; round++) {
      try (BatchesAhead.Loan loan = BatchesAhead.take(part(round))) {
        if (round + 1 < rounds) {
          int next = round + 1;
          loan.thenBegin(() -> part(next));
        }
        Batches batches = loan.batches();
        int examples = batches.next().examples();
        double ofFirst = batches.waitedSeconds();
        used += use(examples);
        for (var batch = batches.next(); batch != null; batch = batches.next()) {
          used += use(batch.examples());
        }
        first = round == 0 ? ofFirst : first;
        waited += batches.waitedSeconds() - (round == 0 ? ofFirst : 0);
        loan.done();
      }
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("first_batch_s", first);
    figures.put("later_wait_share", waited / (waited + used));
    return figures;
  }

  private double use(int examples) throws InterruptedException {
    long start = System.nanoTime();
    Thread.sleep((long) (1000 * examples / imagesPerSecond));
    return (System.nanoTime() - start) / 1e9;
  }

  private BatchesAhead.Part part(int round) {
    long from = (long) round * roundRecords;
    DataPlan.Section section = new DataPlan.Section(0, from, from + roundRecords);
    List<Range> ranges = plan.ranges(section, List.of(), 0);
    return new BatchesAhead.Part(round, dataset, ranges, spec, new EpochSeed(1, 0), false);
  }
}
