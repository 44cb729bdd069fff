package org.googlenet.report.page;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.googlenet.report.RoundTime;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.report.TrainingEvent.Described;
import org.googlenet.report.TrainingEvent.Evaluated;
import org.googlenet.report.TrainingEvent.Mistaken;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.RoundTimed;
import org.googlenet.report.TrainingEvent.RunStarted;
import org.googlenet.run.Quarantine;

/**
 * Collects a run's events, in their order, into what a page shows. For use by one thread at a time.
 */
public final class RunReader {

  private static final int MOST_PLACES = 12;

  private final String location;

  private Ending ending = Ending.RUNNING;
  private RunStarted started;
  private Described described;
  private String beganWith;
  private final NavigableMap<Integer, RoundFinished> rounds = new TreeMap<>();
  private final NavigableMap<Integer, RoundTimed> timed = new TreeMap<>();
  private final NavigableMap<Integer, Evaluated> evaluations = new TreeMap<>();
  private final NavigableMap<Integer, Mistaken> mistaken = new TreeMap<>();
  private final Map<String, CheckpointWritten> checkpoints = new LinkedHashMap<>();
  private final List<RunData.Rewind> rewinds = new ArrayList<>();
  private final Map<String, Integer> warnings = new LinkedHashMap<>();
  private final List<Quarantine.Entry> quarantined = new ArrayList<>();
  private long quarantinedTotal;
  private final List<RunData.Driver> drivers = new ArrayList<>();
  private final Map<String, PlaceSums> places = new LinkedHashMap<>();

  private static final class PlaceSums {
    private long rounds;
    private long slowest;
    private double seconds;
    private double waiting;
    private double examples;

    private void add(RoundTime.OfWorker worker, boolean isSlowest) {
      rounds++;
      slowest += isSlowest ? 1 : 0;
      seconds += worker.seconds();
      waiting += worker.waiting();
      examples += worker.examples();
    }

    private RunData.OfPlace of(String place) {
      return new RunData.OfPlace(
          place, rounds, slowest, seconds / rounds, waiting / rounds, examples / seconds);
    }
  }

  /**
   * A reader that has no events yet.
   *
   * @param location path or URI of the run
   */
  public RunReader(String location) {
    this.location = location;
  }

  /** Adds what lines say; those that this version does not know are passed over. */
  public RunReader addLines(List<String> lines) {
    lines.forEach(line -> EventLine.parse(line).ifPresent(this::add));
    return this;
  }

  /** Adds an event. */
  public void add(EventLine line) {
    TrainingEvent event = line.event();
    drive(event, line.time());
    ending = ending.after(event);
    if (event instanceof RunStarted value) {
      started = value;
    } else if (event instanceof Described value) {
      described = value;
    } else if (event instanceof RoundTimed value) {
      add(value);
    } else if (event instanceof RoundFinished value) {
      forget(rounds, value.round() - 1);
      rounds.put(value.round(), value);
    } else if (event instanceof Evaluated value) {
      evaluations.put(value.round(), value);
    } else if (event instanceof Mistaken value) {
      mistaken.put(value.round(), value);
    } else {
      addRare(event);
    }
  }

  private void addRare(TrainingEvent event) {
    if (event instanceof CheckpointWritten value) {
      checkpoints.put(value.name(), value);
    } else if (event instanceof TrainingEvent.Resumed value) {
      goBackTo(value.round());
    } else if (event instanceof TrainingEvent.Rewound value) {
      int from = rounds.isEmpty() ? 0 : rounds.lastKey();
      rewinds.add(new RunData.Rewind(from, value.round(), value.reason(), value.learningRate()));
      goBackTo(value.round());
    } else if (event instanceof TrainingEvent.Initialised value) {
      beganWith = value.from();
    } else if (event instanceof TrainingEvent.Warned value) {
      warnings.merge(value.message(), 1, Integer::sum);
    } else if (event instanceof TrainingEvent.Quarantined value) {
      quarantinedTotal = value.total();
      value.records().stream()
          .limit(RunData.MOST_QUARANTINED - quarantined.size())
          .forEach(quarantined::add);
    }
  }

  private void add(RoundTimed value) {
    goBackTo(value.round() - 1);
    List<RoundTime.OfWorker> workers = value.parts().workers();
    for (int i = 0; i < workers.size(); i++) {
      places
          .computeIfAbsent(workers.get(i).place(), place -> new PlaceSums())
          .add(workers.get(i), i == 0);
    }
    timed.put(value.round(), withoutWorkers(value));
  }

  private static RoundTimed withoutWorkers(RoundTimed value) {
    RoundTime p = value.parts();
    return new RoundTimed(
        value.round(),
        value.seconds(),
        new RoundTime(
            p.start(),
            p.load(),
            p.firstBatch(),
            p.waiting(),
            p.steps(),
            p.sum(),
            p.update(),
            List.of()));
  }

  /** What came after a round is void: it is trained again. */
  private void goBackTo(int round) {
    forget(rounds, round);
    forget(timed, round);
    forget(evaluations, round);
    forget(mistaken, round);
    if (quarantined.removeIf(entry -> entry.round() > round)) {
      quarantinedTotal = quarantined.size();
    }
  }

  private static void forget(NavigableMap<Integer, ?> byRound, int after) {
    byRound.tailMap(after, false).clear();
  }

  private void drive(TrainingEvent event, Instant time) {
    if (event instanceof RunStarted) {
      drivers.add(new RunData.Driver(time, time, ""));
    } else if (!drivers.isEmpty()) {
      RunData.Driver last = drivers.get(drivers.size() - 1);
      String resumed =
          event instanceof TrainingEvent.Resumed value ? value.checkpoint() : last.resumed();
      drivers.set(
          drivers.size() - 1,
          new RunData.Driver(last.begun(), time == null ? last.last() : time, resumed));
    }
  }

  /** How the run stands, where its events do not tell it: a run does not store its last ones. */
  public RunReader endedAs(Ending known) {
    ending = known.from(ending);
    return this;
  }

  /** What was collected so far. */
  public RunData data() {
    return new RunData(
        started == null ? location.replaceFirst("/+$", "").replaceFirst(".*/", "") : started.run(),
        location,
        ending,
        Optional.ofNullable(started),
        Optional.ofNullable(described),
        Optional.ofNullable(beganWith),
        List.copyOf(rounds.values()),
        List.copyOf(timed.values()),
        List.copyOf(evaluations.values()),
        List.copyOf(mistaken.values()),
        List.copyOf(checkpoints.values()),
        rewinds,
        warnings,
        quarantined,
        quarantinedTotal,
        drivers,
        places());
  }

  private List<RunData.OfPlace> places() {
    return places.entrySet().stream()
        .map(place -> place.getValue().of(place.getKey()))
        .sorted(Comparator.comparingDouble(RunData.OfPlace::seconds).reversed())
        .limit(MOST_PLACES)
        .toList();
  }
}
