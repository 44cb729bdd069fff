package org.googlenet.data;

import java.util.ArrayList;
import java.util.List;
import org.googlenet.common.Tolerance;
import org.googlenet.data.Records.Place;
import org.googlenet.data.format.DataProblem;

/**
 * Receives the records of a data set that cannot be used while it is read: throws the problem of
 * the first, or notes each, so that the reader passes over it, until there are too many. For use by
 * one thread at a time.
 */
final class BadRecords {

  private final Dataset dataset;
  private final long most;
  private final boolean notes;
  private long count;
  private List<Noted> noted = new ArrayList<>();

  /** A record that is passed over. */
  record Noted(Place place, BadRecord record) {}

  private BadRecords(Dataset dataset, long most, boolean notes) {
    this.dataset = dataset;
    this.most = most;
    this.notes = notes;
  }

  /** Throws the problem of the first one. */
  static BadRecords refused(Dataset dataset) {
    return upTo(dataset, Tolerance.NONE);
  }

  /** Notes each until there are too many; if none is tolerated, throws the problem of the first. */
  static BadRecords upTo(Dataset dataset, Tolerance tolerance) {
    return new BadRecords(dataset, tolerance.of(dataset.records()), true);
  }

  /** Notes each, however many there are. */
  static BadRecords passedOver(Dataset dataset) {
    return new BadRecords(dataset, Long.MAX_VALUE, true);
  }

  /** Forgets each. */
  static BadRecords forgotten(Dataset dataset) {
    return new BadRecords(dataset, Long.MAX_VALUE, false);
  }

  /**
   * A record cannot be used.
   *
   * @param key null if it is not known
   * @param why names the shard first
   * @throws DataProblem {@code why}, if records are not passed over
   */
  void add(Place place, String key, Defect kind, DataProblem why) {
    if (most == 0) {
      throw why;
    }
    count++;
    if (!notes) {
      return;
    }
    String shard = dataset.shards().get(place.shard()).name();
    String reason = reason(dataset.nameOf(place.shard()), why.getMessage());
    noted.add(new Noted(place, new BadRecord(shard, place.position(), key, kind, reason)));
  }

  /** What is wrong, without where, which may change with the data set's place, and the remedy. */
  private static String reason(String where, String message) {
    String prefix = where + ": ";
    String reason = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    for (String remedy : List.of(DataProblem.MAKE_AGAIN, ShardCheck.MEND)) {
      if (reason.endsWith("; " + remedy)) {
        return reason.substring(0, reason.length() - remedy.length() - 2);
      }
    }
    return reason;
  }

  /** Whether there were more than are tolerated, so that nothing more need be read. */
  boolean areTooMany() {
    return count > most;
  }

  /** The records that were noted since the last call. */
  List<Noted> take() {
    List<Noted> taken = noted;
    noted = new ArrayList<>();
    return taken;
  }
}
