package org.googlenet.run;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.run.Step.Answer;

/**
 * A moment of some drivers' work on one store.
 *
 * @param dead the drivers that never come back, a bit each
 * @param running the driver that made the last call
 * @param over the highest term that was seen over at some moment so far
 * @param acked the rounds of the last checkpoint that was acknowledged
 * @param lost whether something has disappeared
 * @param ages the objects, those first that were written first; empty where that does not matter
 */
record Moment(
    Contents contents,
    List<Local> drivers,
    int dead,
    int ticks,
    int faults,
    int switches,
    int running,
    int over,
    String acked,
    boolean lost,
    List<String> ages) {

  /** Of what is quick to hash and tells most states apart. */
  @Override
  public int hashCode() {
    int hash =
        contents.hashCode()
            + (lost ? 3 : 0)
            + 7 * ticks
            + 31 * faults
            + 101 * switches
            + 1009 * running;
    for (Local local : drivers) {
      hash = 31 * hash + System.identityHashCode(local);
    }
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Moment moment
        && contents.equals(moment.contents)
        && drivers.equals(moment.drivers)
        && dead == moment.dead
        && ticks == moment.ticks
        && faults == moment.faults
        && switches == moment.switches
        && running == moment.running
        && over == moment.over
        && acked.equals(moment.acked)
        && lost == moment.lost
        && ages.equals(moment.ages);
  }

  boolean isAble(int driver) {
    return (dead & (1 << driver)) == 0 && drivers.get(driver).next != null;
  }

  /** With a lease's time passed. */
  Moment later() {
    return new Moment(
        contents, drivers, dead, ticks + 1, faults, switches, running, over, acked, lost, ages);
  }

  /** With a term that is over. */
  Moment withOver(int term) {
    return new Moment(
        contents, drivers, dead, ticks, faults, switches, running, term, acked, lost, ages);
  }

  /** With other rounds as the last that were acknowledged and are there. */
  Moment withAcked(String rounds) {
    return new Moment(
        contents, drivers, dead, ticks, faults, switches, running, over, rounds, lost, ages);
  }

  /** With objects lost. */
  Moment without(Collection<String> names) {
    Contents left = contents;
    for (String name : names) {
      left = left.without(name);
    }
    List<String> young = new ArrayList<>(ages);
    young.removeAll(names);
    return new Moment(
        left, drivers, dead, ticks, faults, switches, running, over, acked, true, young);
  }

  /** How far a driver has come; the same answers lead to the same object. */
  static final class Local {

    private final Local before;
    private final Answer answer;
    final Step next;
    final Throwable failure;
    final List<Replay.Note> notes;
    final Map<Answer, Local> after = new HashMap<>(2);

    Local(Local before, Answer answer, Replay replay) {
      this.before = before;
      this.answer = answer;
      this.next = replay.next();
      this.failure = replay.failure();
      this.notes = replay.notes();
    }

    List<Answer> answers() {
      List<Answer> answers = new ArrayList<>();
      for (Local at = this; at.before != null; at = at.before) {
        answers.add(at.answer);
      }
      Collections.reverse(answers);
      return answers;
    }
  }
}
