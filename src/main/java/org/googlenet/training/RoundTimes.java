package org.googlenet.training;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.googlenet.averaging.Average;
import org.googlenet.averaging.WorkerTime;
import org.googlenet.report.RoundTime;
import org.googlenet.report.TrainingEvent.RoundTimed;

/** Says where the time of a round went, from what its workers and the driver have measured. */
final class RoundTimes {

  private static final Comparator<WorkerTime> SLOWEST =
      Comparator.comparingDouble(WorkerTime::seconds)
          .reversed()
          .thenComparingInt(WorkerTime::worker);

  private RoundTimes() {}

  /**
   * @param round rounds done, from 1
   * @param seconds of the round, everything included, also tries that failed
   * @param update of these, after the average was there
   */
  static RoundTimed of(int round, Average average, double seconds, double update) {
    List<WorkerTime> workers = average.metrics().times().stream().sorted(SLOWEST).toList();
    List<RoundTime.OfWorker> named =
        workers.stream().limit(RoundTime.MOST).map(RoundTimes::of).toList();
    Optional<WorkerTime> slowest = workers.stream().findFirst();
    RoundTime parts =
        slowest
            .map(worker -> parts(worker, average, update, named))
            .orElseGet(() -> unknown(named));
    return new RoundTimed(round, seconds, parts);
  }

  private static RoundTime parts(
      WorkerTime slowest, Average average, double update, List<RoundTime.OfWorker> workers) {
    return new RoundTime(
        Math.max(0, average.trainingSeconds() - slowest.seconds()),
        slowest.loadSeconds(),
        slowest.firstBatchSeconds(),
        slowest.waitSeconds(),
        slowest.stepSeconds(),
        average.averagingSeconds(),
        update,
        workers);
  }

  private static RoundTime unknown(List<RoundTime.OfWorker> workers) {
    double nan = Double.NaN;
    return new RoundTime(nan, nan, nan, nan, nan, nan, nan, workers);
  }

  private static RoundTime.OfWorker of(WorkerTime time) {
    return new RoundTime.OfWorker(
        time.worker(),
        time.place(),
        time.examples(),
        time.seconds(),
        time.firstBatchSeconds() + time.waitSeconds(),
        time.stepSeconds());
  }
}
