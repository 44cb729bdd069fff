package org.googlenet.checkpoint;

import java.util.Locale;
import java.util.Optional;

/**
 * One driver's time in charge of a run, as {@code terms/0003.json} keeps it.
 *
 * <p>A driver first claims a term and then, with the history before its eyes, begins it: says which
 * checkpoint it goes on from. A term that was claimed and never begun has no checkpoints and ends
 * nobody's.
 *
 * @param number counts a run's terms from 1
 * @param owner the driver; no two processes have the same
 * @param started milliseconds since 1970
 * @param deadline milliseconds since 1970; unless renewed, the term is over then
 * @param begun whether {@code from} has been decided
 * @param from the checkpoint that the term goes on from, or null if it begins at the beginning
 * @param newest the last checkpoint that the term wrote, or null
 * @param ended whether the owner has given the run back
 */
public record Term(
    int number,
    String owner,
    long started,
    long deadline,
    boolean begun,
    CheckpointId from,
    CheckpointId newest,
    boolean ended) {

  static final String FOLDER = "terms";

  public Term {
    if (number < 1 || owner.isBlank() || owner.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("term " + number + " of '" + owner + "'");
    }
    if (from != null && (!begun || from.term() >= number)) {
      throw new IllegalArgumentException("term " + number + " cannot go on from " + from);
    }
    if (newest != null && (!begun || newest.term() != number)) {
      throw new IllegalArgumentException("term " + number + " cannot have written " + newest);
    }
  }

  /** A term whose start is not decided yet. */
  static Term claimed(int number, String owner, long now, long deadline) {
    return new Term(number, owner, now, deadline, false, null, null, false);
  }

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

  /** The newest checkpoint of the history when this term was the last that had begun. */
  Optional<CheckpointId> last() {
    return Optional.ofNullable(newest).or(this::start);
  }

  boolean isOver(long now) {
    return ended || now >= deadline;
  }

  Term beginningFrom(CheckpointId start) {
    return new Term(number, owner, started, deadline, true, start, newest, ended);
  }

  Term withNewest(CheckpointId written) {
    return new Term(number, owner, started, deadline, begun, from, written, ended);
  }

  Term until(long newDeadline) {
    return new Term(number, owner, started, newDeadline, begun, from, newest, ended);
  }

  Term ended(long now) {
    return new Term(number, owner, started, Math.min(deadline, now), begun, from, newest, true);
  }

  /** The same driver's next term, already begun. */
  Term next(long now, long nextDeadline, CheckpointId nextFrom) {
    return new Term(number + 1, owner, now, nextDeadline, true, nextFrom, null, false);
  }
}
