package org.googlenet.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One driver's time in charge of a run, as stored in {@code terms/0003.json}.
 *
 * <p>A driver first claims a term, then reads the history, and then begins the term by recording
 * which checkpoint it goes on from. A term that was claimed and never begun does not have
 * checkpoints and does not cut off those of any other term.
 *
 * @param number counts a run's terms from 1
 * @param owner the driver; no two processes have the same
 * @param started milliseconds since 1970
 * @param deadline milliseconds since 1970; unless renewed, the term is over then
 * @param begun whether {@code from} has been decided
 * @param from the checkpoint that the term goes on from, or null if it begins at the beginning
 * @param newest the last checkpoint that the term wrote, or null
 * @param ended whether the owner has given the run back
 * @param chain the terms that this one goes on from, latest first, so that they need not be read
 *     from their objects; empty for a term from the beginning, null if not known: before the term
 *     has begun, and in what version 0.1.0 wrote
 */
public record Term(
    int number,
    String owner,
    long started,
    long deadline,
    boolean begun,
    CheckpointId from,
    CheckpointId newest,
    boolean ended,
    List<Link> chain) {

  static final String FOLDER = "terms";

  /**
   * A term that another one goes on from, directly or through others.
   *
   * @param lastRound its last round that counts
   */
  public record Link(int term, String owner, int lastRound) {

    public Link {
      if (term < 1 || owner.isBlank() || lastRound < 0) {
        throw new IllegalArgumentException("term " + term + " until round " + lastRound);
      }
    }

    static Link to(CheckpointId checkpoint, String owner) {
      return new Link(checkpoint.term(), owner, checkpoint.round());
    }

    private boolean isTo(CheckpointId checkpoint) {
      return checkpoint != null && term == checkpoint.term() && lastRound == checkpoint.round();
    }
  }

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
    if (chain != null) {
      chain = List.copyOf(chain);
      boolean fits = chain.isEmpty() ? from == null : chain.get(0).isTo(from);
      if (!begun || !fits || !isFalling(chain)) {
        throw new IllegalArgumentException("term " + number + " cannot have the chain " + chain);
      }
    }
  }

  static boolean isFalling(List<Link> chain) {
    for (int i = 1; i < chain.size(); i++) {
      if (chain.get(i).term() >= chain.get(i - 1).term()) {
        return false;
      }
    }
    return true;
  }

  /** A term whose start is not decided yet. */
  static Term claimed(int number, String owner, long now, long deadline) {
    return new Term(number, owner, now, deadline, false, null, null, false, null);
  }

  static String name(int number) {
    return String.format(Locale.ROOT, "%s/%04d.json", FOLDER, number);
  }

  /**
   * The name of the claim: the term as it was created, never changed. If the term's own object is
   * lost, the claim makes sure that its number is not used again, and that whoever looks for a
   * newer term finds it.
   */
  static String claimName(int number) {
    return String.format(Locale.ROOT, "%s/%04d.claim.json", FOLDER, number);
  }

  String name() {
    return name(number);
  }

  String claimName() {
    return claimName(number);
  }

  /** The checkpoint that the term goes on from; empty if it begins at the beginning. */
  public Optional<CheckpointId> start() {
    return Optional.ofNullable(from);
  }

  /** The newest checkpoint of the history while this term is the last that has begun. */
  Optional<CheckpointId> last() {
    return Optional.ofNullable(newest).or(this::start);
  }

  boolean isOver(long now) {
    return ended || now >= deadline;
  }

  Term beginningFrom(CheckpointId start, List<Link> links) {
    return new Term(number, owner, started, deadline, true, start, newest, ended, links);
  }

  Term withNewest(CheckpointId written) {
    return new Term(number, owner, started, deadline, begun, from, written, ended, chain);
  }

  Term until(long newDeadline) {
    return new Term(number, owner, started, newDeadline, begun, from, newest, ended, chain);
  }

  Term ended(long now) {
    return new Term(
        number, owner, started, Math.min(deadline, now), begun, from, newest, true, chain);
  }

  /** The same driver's next term, already begun. */
  Term next(long now, long nextDeadline, CheckpointId nextFrom) {
    return new Term(
        number + 1, owner, now, nextDeadline, true, nextFrom, null, false, chainOf(nextFrom));
  }

  /**
   * The chain of a term that goes on from a checkpoint of this term's history; null if it is not
   * known.
   */
  private List<Link> chainOf(CheckpointId start) {
    if (start == null) {
      return List.of();
    }
    return chain == null ? null : cut(start, new Link(number, owner, Integer.MAX_VALUE), chain);
  }

  /**
   * The chain up to one of its checkpoints.
   *
   * @param last the term at its end
   * @param before those before it, latest first
   * @return null if the checkpoint's term is not on the chain
   */
  static List<Link> cut(CheckpointId start, Link last, List<Link> before) {
    List<Link> cut = new ArrayList<>();
    if (last.term() == start.term()) {
      cut.add(Link.to(start, last.owner()));
    }
    for (Link link : before) {
      if (!cut.isEmpty()) {
        cut.add(link);
      } else if (link.term() == start.term()) {
        cut.add(Link.to(start, link.owner()));
      }
    }
    return cut.isEmpty() ? null : List.copyOf(cut);
  }
}
