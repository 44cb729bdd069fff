package org.googlenet.checkpoint;

import java.util.Locale;
import java.util.Optional;

/**
 * One driver's time in charge of a run, as {@code terms/0003.json} keeps it.
 *
 * @param number counts a run's terms from 1
 * @param owner the driver; no two processes have the same
 * @param started milliseconds since 1970
 * @param deadline milliseconds since 1970; unless renewed, the term is over then
 * @param from the checkpoint that the term goes on from, or null if it begins at the beginning
 * @param ended whether the owner has given the run back
 */
public record Term(
    int number, String owner, long started, long deadline, CheckpointId from, boolean ended) {

  static final String FOLDER = "terms";

  static String name(int number) {
    return String.format(Locale.ROOT, "%s/%04d.json", FOLDER, number);
  }

  String name() {
    return name(number);
  }

  /** The checkpoint that the term goes on from; empty if it begins at the beginning. */
  public Optional<CheckpointId> start() {
    return Optional.ofNullable(from);
  }

  boolean isOver(long now) {
    return ended || now >= deadline;
  }

  Term until(long newDeadline) {
    return new Term(number, owner, started, newDeadline, from, ended);
  }

  Term ended(long now) {
    return new Term(number, owner, started, Math.min(deadline, now), from, true);
  }

  Term next(String nextOwner, long now, long nextDeadline, CheckpointId nextFrom) {
    return new Term(number + 1, nextOwner, now, nextDeadline, nextFrom, false);
  }
}
