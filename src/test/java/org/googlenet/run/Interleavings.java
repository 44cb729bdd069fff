package org.googlenet.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.googlenet.run.Moment.Local;
import org.googlenet.run.Step.Answer;
import org.googlenet.run.Step.Kind;
import org.googlenet.run.Visit.Move;
import org.googlenet.run.Visit.Violation;

/**
 * Walks through every order in which some drivers' calls of one store can come, and looks at the
 * run after each call.
 *
 * <p>The drivers' code is the real one. A state is what the store holds, how far each driver has
 * come (the answers that it got), and the time; equal states are walked on from once. A driver that
 * freezes is one whose next call comes late, with the clock moved on between; one that crashes is
 * one whose next call never comes. Both are in every state, so neither needs a step of its own. The
 * walk is breadth first, so the schedule that it gives for a violation is a shortest one.
 */
final class Interleavings {

  /**
   * What was found.
   *
   * @param states different states
   * @param contents different contents of the store
   * @param schedules orders of calls that the states stand for
   * @param violation what is wrong and the shortest schedule to it; empty if nothing is
   */
  record Found(
      long states, int contents, double schedules, double seconds, Optional<String> violation) {

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,d states, %,d contents of the store, %.1e schedules, %.1f s",
          states,
          contents,
          schedules,
          seconds);
    }
  }

  private final Bounds bounds;
  private final List<Driver> drivers;
  private final Contents.Pool pool = new Contents.Pool();
  private final Map<Contents, Verdict> verdicts = new HashMap<>();
  private Map<Moment, Visit> following;
  private double schedules;
  private long states;

  private Interleavings(Bounds bounds, List<Driver> drivers) {
    this.bounds = bounds;
    this.drivers = drivers;
  }

  static Found explore(Bounds bounds, Driver... drivers) {
    return new Interleavings(bounds, List.of(drivers)).explore();
  }

  private Found explore() {
    long start = System.nanoTime();
    Optional<String> violation = Optional.empty();
    try {
      walk();
    } catch (Violation e) {
      violation = Optional.of(e.getMessage());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Found(states, pool.size(), schedules, seconds, violation);
  }

  /**
   * Every move makes a driver or the time go on, so equal states are equally far from the first.
   */
  private void walk() throws Violation {
    List<Local> beginnings = new ArrayList<>();
    for (Driver driver : drivers) {
      beginnings.add(
          new Local(null, null, Replay.of(driver, bounds.conditional(), new ArrayList<>())));
    }
    Visit first =
        new Visit(
            new Moment(pool.empty(), beginnings, 0, 0, 0, 0, -1, 0, "", false, List.of()),
            null,
            Move.TIME);
    first.ways = 1;
    Map<Moment, Visit> layer = Map.of(first.state, first);
    while (!layer.isEmpty()) {
      following = new LinkedHashMap<>();
      for (Visit visit : layer.values()) {
        states++;
        if (!moveOn(visit)) {
          schedules += visit.ways;
        }
      }
      layer = following;
    }
  }

  /** Takes each of the moves there are; false if there is none. */
  private boolean moveOn(Visit visit) throws Violation {
    Moment state = visit.state;
    boolean timeIsLeft = state.ticks() < bounds.ticks();
    boolean moved = false;
    for (int driver = 0; driver < drivers.size(); driver++) {
      // Where the time stands for ever it does not matter when it is read.
      if (!timeIsLeft && state.isAble(driver) && next(state, driver).kind() == Kind.CLOCK) {
        step(visit, driver, state.running(), state.switches());
        return true;
      }
    }
    for (int driver = 0; driver < drivers.size(); driver++) {
      if (!state.isAble(driver)) {
        continue;
      }
      moved = true;
      boolean waits =
          state.running() >= 0 && state.running() != driver && state.isAble(state.running());
      if (!waits || state.switches() < bounds.switches()) {
        step(visit, driver, driver, state.switches() + (waits ? 1 : 0));
      }
    }
    if (moved && timeIsLeft) {
      arrive(visit, Move.TIME, state.later());
    }
    if (!state.lost()) {
      lose(visit);
    }
    return moved;
  }

  private void lose(Visit visit) throws Violation {
    Moment state = visit.state;
    if (bounds.loss() == Bounds.Loss.ANY_ONE) {
      for (String name : state.contents().list("")) {
        arrive(visit, Move.loss(List.of(name)), state.without(List.of(name)));
      }
    } else if (bounds.loss() == Bounds.Loss.THE_OLDEST) {
      for (int count = 1; count <= most(state); count++) {
        List<String> oldest = List.copyOf(state.ages().subList(0, count));
        arrive(visit, Move.loss(oldest), state.without(oldest));
      }
    }
  }

  /** The term of a living driver is renewed all the time, and so none of the oldest. */
  private int most(Moment state) {
    boolean lives = false;
    for (int driver = 0; driver < drivers.size(); driver++) {
      lives |= state.isAble(driver);
    }
    int most = state.ages().size();
    for (int i = 0; lives && i < state.ages().size(); i++) {
      most = state.ages().get(i).matches(Drivers.RUN + "/terms/\\d+.json") ? i : most;
    }
    return most;
  }

  /** What a call writes is the youngest. */
  private List<String> ages(Moment state, Step step, Contents after) {
    if (bounds.loss() != Bounds.Loss.THE_OLDEST || state.lost()) {
      return state.ages();
    }
    List<String> ages = new ArrayList<>(state.ages());
    if (step.writes() && !after.equals(state.contents())) {
      ages.remove(step.name());
    }
    ages.removeIf(name -> after.get(name) == null);
    for (String name : after.list("")) {
      if (!ages.contains(name)) {
        ages.add(name);
      }
    }
    return List.copyOf(ages);
  }

  private static Step next(Moment state, int driver) {
    return state.drivers().get(driver).next;
  }

  private void step(Visit visit, int driver, int running, int switches) throws Violation {
    Moment state = visit.state;
    Step step = next(state, driver);
    Contents after = state.contents().after(step);
    int faults = state.faults();
    int dead = state.dead() | (step.kind() == Kind.SETTLE ? tooLate(state, driver, step) : 0);
    take(visit, driver, "", answer(state, driver, step), after, dead, faults, running, switches);
    if (faults < bounds.faults() && step.kind() != Kind.CLOCK && step.kind() != Kind.SETTLE) {
      faults++;
      String lost = " (no answer, no effect)";
      Contents before = state.contents();
      take(visit, driver, lost, Answer.FAILED, before, dead, faults, running, switches);
      if (step.writes()) {
        lost = " (the answer is lost)";
        take(visit, driver, lost, Answer.FAILED, after, dead, faults, running, switches);
      }
    }
  }

  private Answer answer(Moment state, int driver, Step step) {
    String there = state.contents().get(step.name());
    return switch (step.kind()) {
      case READ -> there == null ? Answer.ABSENT : Answer.of(there);
      case CREATE -> there == null ? Answer.DONE : Answer.TAKEN;
      case LIST -> Answer.of(String.join("\n", state.contents().list(step.name())));
      case CLOCK -> Answer.of(Long.toString(time(state.ticks() + bounds.clocks().get(driver))));
      case RENAME ->
          state.contents().list(step.name()).isEmpty()
                  || state.contents().list(step.text()).isEmpty()
              ? Answer.DONE
              : Answer.TAKEN;
      case OVERWRITE, PUT, DELETE, SETTLE -> Answer.DONE;
    };
  }

  private static long time(int leases) {
    return leases * Runs.LEASE.toMillis();
  }

  /**
   * Those who looked before the write that settles now, and have not written yet: where the
   * settling time holds, they never will.
   */
  private int tooLate(Moment state, int driver, Step settle) {
    int late = 0;
    for (int other = 0; bounds.settling() && other < drivers.size(); other++) {
      Step step = next(state, other);
      if (other != driver
          && step != null
          && step.kind() == Kind.PUT
          && step.name().equals(settle.name())) {
        late |= 1 << other;
      }
    }
    return late;
  }

  private void take(
      Visit visit,
      int driver,
      String remark,
      Answer answer,
      Contents contents,
      int dead,
      int faults,
      int running,
      int switches)
      throws Violation {
    Moment state = visit.state;
    Local local = advance(driver, state.drivers().get(driver), answer);
    List<Local> locals = with(state.drivers(), driver, local);
    Move move = new Move(driver, next(state, driver), remark);
    String acked = state.acked();
    for (Replay.Note note : local.notes) {
      acked = note.rewind() ? note.rounds() : acknowledge(visit, move, contents, acked, note);
    }
    if (local.failure != null && !isExcused(local.failure, faults)) {
      throw visit.violation(move, "the driver failed: " + local.failure, contents);
    }
    Moment after =
        new Moment(
            contents,
            locals,
            dead,
            state.ticks(),
            faults,
            bounds.switches() == Integer.MAX_VALUE ? 0 : switches,
            bounds.switches() == Integer.MAX_VALUE ? -1 : running,
            state.over(),
            acked,
            state.lost(),
            ages(state, move.step(), contents));
    arrive(visit, move, after);
  }

  private static List<Local> with(List<Local> locals, int driver, Local changed) {
    Local[] all = locals.toArray(new Local[0]);
    all[driver] = changed;
    return List.of(all);
  }

  private Local advance(int driver, Local local, Answer answer) {
    Local after = local.after.get(answer);
    if (after == null) {
      List<Answer> answers = local.answers();
      answers.add(answer);
      after =
          new Local(local, answer, Replay.of(drivers.get(driver), bounds.conditional(), answers));
      local.after.put(answer, after);
    }
    return after;
  }

  private String acknowledge(
      Visit visit, Move move, Contents contents, String acked, Replay.Note note) throws Violation {
    Verdict verdict = verdict(visit, move, contents);
    boolean counts =
        bounds.strict() ? verdict.holds(note.rounds()) : verdict.isOwners(note.rounds());
    if (!counts && visit.state.lost() && !verdict.isThere(note.rounds())) {
      return ""; // it is what was lost, and its driver may delete what was before it
    }
    if (!counts) {
      throw visit.violation(move, "acknowledged outside the history: " + note.rounds(), contents);
    }
    if (acked.startsWith(note.rounds())) {
      return acked; // a successor went on from it before this driver was told
    }
    if (bounds.strict()
        && !note.rounds().startsWith(acked)
        && !acked.startsWith(note.rounds())
        && verdict.aside().isEmpty()) {
      throw visit.violation(move, "acknowledged " + note.rounds() + "beside " + acked, contents);
    }
    return note.rounds();
  }

  /** A store that does not answer may kill a driver; two owners of one term get in their ways. */
  private boolean isExcused(Throwable failure, int faults) {
    return (faults > 0 && failure instanceof IOException)
        || (bounds.isLossy() && failure instanceof CheckpointProblem)
        || (!bounds.strict()
            && (failure instanceof IOException || failure instanceof CheckpointProblem));
  }

  private void arrive(Visit from, Move move, Moment state) throws Violation {
    Verdict now = verdict(from, move, state.contents());
    Verdict before = verdict(from, move, from.state.contents());
    Moment checked = state;
    if (bounds.strict() && !now.has(state.acked())) {
      checked = afterLoss(from, move, state, before, now);
    }
    boolean taken = before.term() > 0 && now.term() > before.term();
    if (bounds.nobodyIsDisturbed()
        && taken
        && !now.owner().equals(before.owner())
        && state.over() < before.term()) {
      throw from.violation(
          move, "term " + before.term() + " was taken before it was over", state.contents());
    }
    boolean isOver = now.isOver(time(state.ticks())) && now.term() > state.over();
    Moment whole = isOver ? checked.withOver(now.term()) : checked;
    following.computeIfAbsent(whole, s -> new Visit(s, from, move)).ways += from.ways;
  }

  /**
   * The next driver does not have what was acknowledged last: that may only be because it was lost,
   * and must be said.
   */
  private Moment afterLoss(Visit from, Move move, Moment state, Verdict before, Verdict now)
      throws Violation {
    boolean isByADriver = move.isADrivers() && before.isThere(from.state.acked());
    if (!state.lost() || now.isThere(state.acked()) || isByADriver) {
      String what = "acknowledged and lost: " + state.acked();
      throw from.violation(move, what + "; the next driver has " + now.newest(), state.contents());
    }
    if (!now.said() && !now.hasForgotten(state.acked())) {
      throw from.violation(move, "passed over silently: " + state.acked(), state.contents());
    }
    // A deletion that was decided before is still carried out.
    return state.withAcked("");
  }

  private Verdict verdict(Visit from, Move move, Contents contents) throws Violation {
    Verdict verdict = verdicts.get(contents);
    if (verdict == null) {
      verdict = Verdict.of(contents, bounds);
      verdicts.put(contents, verdict);
      if (!verdict.problem().isEmpty()) {
        throw from.violation(move, verdict.problem(), contents);
      }
    }
    return verdict;
  }
}
