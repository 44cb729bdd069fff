package org.googlenet.run;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** A state that the model checker has come to, and the shortest way there. */
final class Visit {

  /** From a state to another: a driver's step, or with no step the passing of time or a loss. */
  record Move(int driver, Step step, String remark) {

    static final Move TIME = new Move(0, null, "a lease's time passes");

    static Move loss(Collection<String> names) {
      return new Move(0, null, "lost: " + String.join(", ", names));
    }

    boolean isADrivers() {
      return step != null;
    }

    @Override
    public String toString() {
      return step == null ? remark : "driver " + (driver + 1) + ": " + step + remark;
    }
  }

  /** Ends the walk. */
  static final class Violation extends Exception {

    private static final long serialVersionUID = 1L;

    Violation(String message) {
      super(message);
    }
  }

  final Moment state;
  private final Visit before;
  private final Move move;

  /** Orders of calls that lead here. */
  double ways;

  Visit(Moment state, Visit before, Move move) {
    this.state = state;
    this.before = before;
    this.move = move;
  }

  /** What is wrong after a move from here, with the moves that led to it. */
  Violation violation(Move last, String what, Contents contents) {
    List<String> moves = new ArrayList<>();
    moves.add(last.toString());
    for (Visit at = this; at.before != null; at = at.before) {
      moves.add(at.move.toString());
    }
    Collections.reverse(moves);
    return new Violation(what + "\n" + String.join("\n", moves) + "\n\n" + contents);
  }
}
