package org.googlenet.training;

import java.util.List;
import org.googlenet.averaging.RoundMetrics;
import org.googlenet.data.BadRecord;
import org.googlenet.data.BadRecordLimit;
import org.googlenet.data.Dataset;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.Quarantine;

/**
 * Keeps the quarantine of a run: adds the records that each round has passed over, says which are
 * new, and ends the training if there are too many.
 *
 * @param train the data to train on
 * @param listener is told of each new record
 */
record QuarantineKeeper(Dataset train, BadRecordLimit limit, TrainingListener listener) {

  /** How many records of a run are told one by one. */
  private static final int NAMED = 10;

  /**
   * The quarantine after a round.
   *
   * @param round from 1
   * @param passedOver what the workers report, in any order
   */
  Quarantine after(Quarantine before, int round, List<BadRecord> passedOver) {
    Quarantine now =
        before.with(
            passedOver.stream()
                .sorted(BadRecord.BY_PLACE)
                .map(record -> entry(record, round))
                .toList());
    tell(round, now.entries().subList(before.size(), now.size()), before.size());
    return now;
  }

  private static Quarantine.Entry entry(BadRecord record, int round) {
    return new Quarantine.Entry(
        record.shard(),
        record.position(),
        record.key(),
        record.kind().toString(),
        record.reason(),
        round);
  }

  /** The first ones of a run are told one by one, later ones together. */
  private void tell(int round, List<Quarantine.Entry> met, int before) {
    int named = Math.min(met.size(), Math.max(0, NAMED - before));
    for (int i = 0; i < named; i++) {
      listener.on(new TrainingEvent.Quarantined(round, List.of(met.get(i)), before + i + 1L));
    }
    if (named < met.size()) {
      long total = (long) before + met.size();
      listener.on(new TrainingEvent.Quarantined(round, met.subList(named, met.size()), total));
    }
  }

  /**
   * Checks that no worker of a round gave up, so that the round has all of its records.
   *
   * @throws org.googlenet.data.TooManyBadRecords if one did
   */
  void requireComplete(RoundMetrics metrics) {
    if (metrics.gaveUp()) {
      require(metrics.passedOver().stream().sorted(BadRecord.BY_PLACE).toList());
    }
  }

  /**
   * Checks that there are no more than the recipe allows.
   *
   * @throws org.googlenet.data.TooManyBadRecords if there are
   */
  void requireFew(Quarantine quarantine) {
    require(quarantine.entries());
  }

  private void require(List<?> bad) {
    List<String> lines = bad.stream().map(Object::toString).toList();
    limit.require(train.location(), train.records(), lines.size(), lines);
  }
}
