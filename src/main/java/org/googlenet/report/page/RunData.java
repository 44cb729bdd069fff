package org.googlenet.report.page;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.report.TrainingEvent.Described;
import org.googlenet.report.TrainingEvent.Evaluated;
import org.googlenet.report.TrainingEvent.Mistaken;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.RoundTimed;
import org.googlenet.report.TrainingEvent.RunStarted;
import org.googlenet.run.Quarantine;

/**
 * What a run's events say about it: rounds that a rewind or a new driver has made void are left
 * out.
 *
 * @param name the run's
 * @param location path or URI of the run
 * @param started of the last driver; empty if the events do not have it
 * @param described of the last driver; empty in runs of version 0.1.0
 * @param beganWith path or URI of the model with whose parameters the run began; empty if with
 *     fresh ones
 * @param rounds by number
 * @param timed by number of the round, without workers; fewer than rounds in runs of version 0.1.0
 * @param evaluations by round
 * @param mistaken by round
 * @param warnings how often each came
 * @param quarantined the first of them, at most {@value #MOST_QUARANTINED}
 * @param quarantinedTotal how many there are
 * @param drivers in their order
 * @param workers by executor, the slowest first
 */
public record RunData(
    String name,
    String location,
    Ending ending,
    Optional<RunStarted> started,
    Optional<Described> described,
    Optional<String> beganWith,
    List<RoundFinished> rounds,
    List<RoundTimed> timed,
    List<Evaluated> evaluations,
    List<Mistaken> mistaken,
    List<CheckpointWritten> checkpoints,
    List<Rewind> rewinds,
    Map<String, Integer> warnings,
    List<Quarantine.Entry> quarantined,
    long quarantinedTotal,
    List<Driver> drivers,
    List<OfPlace> workers) {

  static final int MOST_QUARANTINED = 100;

  public RunData {
    rounds = List.copyOf(rounds);
    timed = List.copyOf(timed);
    evaluations = List.copyOf(evaluations);
    mistaken = List.copyOf(mistaken);
    checkpoints = List.copyOf(checkpoints);
    rewinds = List.copyOf(rewinds);
    warnings = Collections.unmodifiableMap(new LinkedHashMap<>(warnings));
    quarantined = List.copyOf(quarantined);
    drivers = List.copyOf(drivers);
    workers = List.copyOf(workers);
  }

  /**
   * A time that the training went back.
   *
   * @param from the last round before
   * @param to the round after which it went on
   */
  public record Rewind(int from, int to, String reason, double learningRate) {}

  /**
   * A driver's time with the run, as far as its events tell it.
   *
   * @param resumed the checkpoint from which it went on; empty if it began the run
   */
  public record Driver(Instant begun, Instant last, String resumed) {

    Duration took() {
      return begun == null || last == null ? Duration.ZERO : Duration.between(begun, last);
    }
  }

  /**
   * The workers that ran on an executor, over all rounds in which one of them was among the
   * slowest.
   *
   * @param place executor and machine
   * @param rounds how many
   * @param slowest in how many of them it had the slowest of all
   * @param seconds mean
   * @param waiting mean seconds that it waited for batches
   * @param imagesPerSecond mean
   */
  public record OfPlace(
      String place,
      long rounds,
      long slowest,
      double seconds,
      double waiting,
      double imagesPerSecond) {}

  /** The same under another name. */
  RunData named(String other) {
    return new RunData(
        other,
        location,
        ending,
        started,
        described,
        beganWith,
        rounds,
        timed,
        evaluations,
        mistaken,
        checkpoints,
        rewinds,
        warnings,
        quarantined,
        quarantinedTotal,
        drivers,
        workers);
  }

  Optional<RoundFinished> lastRound() {
    return last(rounds);
  }

  Optional<Evaluated> lastEvaluation() {
    return last(evaluations);
  }

  Optional<Mistaken> lastMistaken() {
    return last(mistaken);
  }

  private static <T> Optional<T> last(List<T> all) {
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /** The evaluation with the highest top-1. */
  Optional<Evaluated> bestEvaluation() {
    return evaluations.stream().max(Comparator.comparingDouble(Evaluated::top1));
  }

  /** How many rounds the whole training has; 0 if that is not known. */
  int plannedRounds() {
    return lastRound()
        .map(RoundFinished::rounds)
        .or(() -> started.map(RunStarted::rounds))
        .orElse(0);
  }

  /** Seconds that drivers were at work; 0 if that is not known. */
  double driverSeconds() {
    return drivers.stream().mapToDouble(driver -> driver.took().toMillis() / 1e3).sum();
  }
}
