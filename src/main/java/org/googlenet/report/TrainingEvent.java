package org.googlenet.report;

import static org.googlenet.report.EventText.count;
import static org.googlenet.report.EventText.first;
import static org.googlenet.report.EventText.format;
import static org.googlenet.report.EventText.shortly;
import static org.googlenet.report.EventText.waiting;
import static org.googlenet.report.EventText.worker;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.googlenet.run.Quarantine;

/**
 * What happens in a training, as values: the training publishes these events, and everything that
 * shows, records or counts is a listener.
 *
 * <p>The whole training, with each event at its place ({@link Warned} may come anywhere):
 *
 * <pre>
 * take the run                                   Waiting         while another driver holds it
 * find where it is, or begin it                  NoChampion, Initialised
 *   nothing is left to do                        AlreadyFinished (the last event)
 * choose the engine                              RunStarted, Described, Resumed
 * for each round:
 *   workers make local steps; their average
 *     is the next state                          RoundTimed, RoundFinished
 *     which records could not be used            Quarantined     before it
 *   or it diverged; back to a checkpoint         Rewound, CheckpointWritten
 *   if it is time: evaluate                      Evaluated, Mistaken
 *   if it is time: save, beside the next round   CheckpointWritten
 * all rounds are done                            RunFinished     (the last event)
 * or it was asked to stop, and has saved         Interrupted     (the last event)
 * or it failed, or diverged for good             RunFailed       (the last event)
 * </pre>
 *
 * <p>Each checkpoint comes with the events before it ({@code metrics/} of the run). Those after the
 * last one are in no file; {@code outcome.json} says how the run ended.
 */
public sealed interface TrainingEvent {

  /** The event as one line for people. */
  String text();

  /**
   * A driver begins a run or goes on with it.
   *
   * @param location path or URI of the run
   * @param engine what executes local steps, after {@code auto} was resolved
   * @param precision its arithmetic, {@code fp32} or {@code bf16}
   * @param instructions the instruction sets that it and its libraries use
   * @param threads per worker
   * @param plannedBytes native memory that a worker's engine needs; 0 if it is not known
   * @param workers logical trainers per round
   * @param rounds rounds of the whole training
   * @param parameters number of trained values
   * @param examples training examples per epoch
   */
  record RunStarted(
      String run,
      String location,
      String engine,
      String precision,
      String instructions,
      int threads,
      long plannedBytes,
      int workers,
      int rounds,
      long parameters,
      long examples)
      implements TrainingEvent {

    @Override
    public String text() {
      return format(
          "run %s in %s: engine %s %s (%s), %s a worker, %s, %s of %,d examples an epoch, %,d parameters",
          run,
          location,
          engine,
          precision,
          instructions,
          worker(threads, plannedBytes),
          count(workers, "worker"),
          count(rounds, "round"),
          examples,
          parameters);
    }
  }

  /**
   * What exactly is trained, and with what: for whoever keeps a record of trainings.
   *
   * @param recipe each key that the effective recipe has, as {@code training.batch}, with its value
   * @param changed those of the keys whose values are not the defaults
   * @param data the data sets
   * @param versions of what computes: {@code googlenet}, {@code java}, {@code spark}, {@code os},
   *     and {@code git}, the commit of the folder that the driver was started in, if there is one
   */
  record Described(
      Map<String, String> recipe,
      List<String> changed,
      List<DataUsed> data,
      Map<String, String> versions)
      implements TrainingEvent {

    public Described {
      recipe = Collections.unmodifiableMap(new LinkedHashMap<>(recipe));
      changed = List.copyOf(changed);
      data = List.copyOf(data);
      versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
    }

    @Override
    public String text() {
      return data.stream().map(DataUsed::toString).collect(Collectors.joining("; "));
    }
  }

  /**
   * A data set of a training.
   *
   * @param role {@code train} or {@code validation}
   * @param location path or URI, as the recipe has it
   * @param fingerprint SHA-256 of its description, which covers all the data
   * @param classes their names, in the order of the labels
   */
  record DataUsed(
      String role, String location, String fingerprint, long records, List<String> classes) {

    public DataUsed {
      classes = List.copyOf(classes);
    }

    @Override
    public String toString() {
      return format(
          "%s data %s (%,d records, SHA-256 %.12s)", role, location, records, fingerprint);
    }
  }

  /**
   * Another driver holds the run, and this one waits for it.
   *
   * @param location path or URI of the run
   * @param owner the driver in charge
   * @param term its term
   * @param until when the waiting ends in any case, in ISO 8601
   */
  record Waiting(String location, String owner, int term, String until) implements TrainingEvent {

    @Override
    public String text() {
      return format(
          "%s: held by %s (term %d); waiting for it until %s", location, owner, term, until);
    }
  }

  /**
   * A new run begins with the parameters of a model.
   *
   * @param from path or URI of the model
   * @param parametersSha256 SHA-256 of its parameters
   */
  record Initialised(String from, String parametersSha256) implements TrainingEvent {

    @Override
    public String text() {
      return format("beginning with the parameters of %s (SHA-256 %s)", from, parametersSha256);
    }
  }

  /**
   * A new run should have begun with the champion's parameters, and there is no champion yet.
   *
   * @param models path or URI of the folder of promoted models
   */
  record NoChampion(String models) implements TrainingEvent {

    @Override
    public String text() {
      return format("%s: no champion yet; beginning with fresh parameters", models);
    }
  }

  /** The run goes on from a checkpoint, after which {@code round} rounds are done. */
  record Resumed(String checkpoint, int round, long step) implements TrainingEvent {

    @Override
    public String text() {
      return format("going on from checkpoint %s: round %,d, step %,d", checkpoint, round, step);
    }
  }

  /**
   * Where the time of a round went that is finished now.
   *
   * @param round rounds done, from 1
   * @param seconds of the round, everything included
   * @param parts of it; they may leave a little
   */
  record RoundTimed(int round, double seconds, RoundTime parts) implements TrainingEvent {

    @Override
    public String text() {
      return format(
          "round %d took %.1f s: start %.1f, load %.1f, first batch %.1f, wait %.1f, steps %.1f, sum %.1f, update %.1f",
          round,
          seconds,
          parts.start(),
          parts.load(),
          parts.firstBatch(),
          parts.waiting(),
          parts.steps(),
          parts.sum(),
          parts.update());
    }
  }

  /**
   * A round's average is the new model.
   *
   * @param round rounds done, from 1
   * @param rounds rounds of the whole training
   * @param step global steps done
   * @param epoch the epoch of the round, from 1
   * @param examples examples trained on since the run began
   * @param leftOver examples that cut rounds left to the next ones
   * @param quarantined records of the data set that were passed over so far, each counted once
   * @param loss mean over the round's examples
   * @param gradientNorm L2 norm of the gradient of each head's own parameters at the end of the
   *     round: mean over a batch, before clipping, without weight decay
   * @param deadUnits share of each head's ReLU units, 0 to 1, that had no gradient in any step of
   *     the round; not known if the head's loss has weight 0
   * @param learningRate at the last step of the round
   * @param imagesPerSecond of this round, everything included
   * @param outsideShare share of the round, 0 to 1, that the worker with the most local steps did
   *     not spend in them; NaN if it is not known
   * @param waitShare share of the round, 0 to 1, that the worker that waited most for batches
   *     waited for them; NaN if it is not known
   * @param remaining time to the end at this rate
   */
  record RoundFinished(
      int round,
      int rounds,
      long step,
      int epoch,
      long examples,
      long leftOver,
      long quarantined,
      HeadValues loss,
      HeadValues gradientNorm,
      HeadValues deadUnits,
      double learningRate,
      double imagesPerSecond,
      double outsideShare,
      double waitShare,
      Duration remaining)
      implements TrainingEvent {

    @Override
    public String text() {
      return format(
          "round %d/%d, epoch %d, step %d: loss %s%s%s, learning rate %.3g, %.1f images/s%s, %s%s%s left",
          round,
          rounds,
          epoch,
          step,
          loss,
          gradientNorm.following("gradient", norm -> format("%.2g", norm)),
          deadUnits.following("dead", share -> format("%.0f%%", 100 * share)),
          learningRate,
          imagesPerSecond,
          waiting(waitShare),
          leftOver == 0 ? "" : format("cut with %,d examples to come to, ", leftOver),
          quarantined == 0 ? "" : count(quarantined, "bad record") + " passed over, ",
          shortly(remaining));
    }
  }

  /**
   * A round passed over records that cannot be used and that none had met before. The first ten of
   * a run come one by one, later ones together.
   *
   * @param total such records since the run began
   */
  record Quarantined(int round, List<Quarantine.Entry> records, long total)
      implements TrainingEvent {

    @Override
    public String text() {
      return records.size() == 1
          ? format("warning: %s; it is passed over", records.get(0))
          : format(
              "warning: %s in round %d passed over, %,d in all; %s of the run names them",
              count(records.size(), "more bad record"), round, total, Quarantine.NAME);
    }
  }

  /**
   * A round diverged, and the training goes back.
   *
   * @param reason which round, worker and records
   * @param checkpoint where it goes on from; null for the beginning
   * @param round rounds that are done there
   * @param rewinds how often it went back so far
   * @param times how often it may go back
   * @param learningRate at the next step
   */
  record Rewound(
      String reason, String checkpoint, int round, int rewinds, int times, double learningRate)
      implements TrainingEvent {

    @Override
    public String text() {
      return format(
          "warning: %s; going back to %s, round %d, with learning rate %.3g (rewind %d of %d)",
          reason,
          checkpoint == null ? "the beginning" : "checkpoint " + checkpoint,
          round,
          learningRate,
          rewinds,
          times);
    }
  }

  /**
   * A checkpoint was written.
   *
   * @param took how long the writing took
   * @param waited how long the training waited for it; the rest overlapped with the next round
   */
  record CheckpointWritten(String name, long bytes, Duration took, Duration waited)
      implements TrainingEvent {

    /** The same with the time that the training waited. */
    public CheckpointWritten waitedFor(Duration time) {
      return new CheckpointWritten(name, bytes, took, time);
    }

    @Override
    public String text() {
      return format("checkpoint %s: %.1f MB in %.1f s", name, bytes / 1e6, took.toMillis() / 1e3);
    }
  }

  /**
   * The model was evaluated on the validation data.
   *
   * @param round rounds done
   * @param top1 share of examples whose class came first, 0 to 1
   * @param top5 share of examples whose class was among the first five, 0 to 1
   * @param examples number of examples
   * @param unread records that could not be used and are not among the examples
   */
  record Evaluated(int round, double top1, double top5, long examples, long unread, HeadValues loss)
      implements TrainingEvent {

    @Override
    public String text() {
      return format(
          "evaluation after round %d: top-1 %.2f%%, top-5 %.2f%% of %,d examples%s; loss %s",
          round,
          100 * top1,
          100 * top5,
          examples,
          unread == 0 ? "" : format(" (%,d more could not be read and are not counted)", unread),
          loss);
    }
  }

  /**
   * What the model that was just evaluated gets wrong.
   *
   * @param round rounds done
   * @param took how long the evaluation took
   * @param classes the worst classes, the worst first, at most {@value #MOST_CLASSES}
   * @param pairs the classes that were most often taken for another one, at most {@value
   *     #MOST_PAIRS}
   * @param mistakes the wrong answers that the model was most sure of, at most {@value
   *     #MOST_MISTAKES}
   */
  record Mistaken(
      int round, Duration took, List<OfClass> classes, List<Pair> pairs, List<Mistake> mistakes)
      implements TrainingEvent {

    /** The largest number of classes. */
    public static final int MOST_CLASSES = 100;

    /** The largest number of pairs. */
    public static final int MOST_PAIRS = 20;

    /** The largest number of mistakes. */
    public static final int MOST_MISTAKES = 24;

    private static final int SHOWN = 3;

    public Mistaken {
      classes = List.copyOf(classes);
      pairs = List.copyOf(pairs);
      mistakes = List.copyOf(mistakes);
    }

    /**
     * How good the model is at a class.
     *
     * @param top1 share of its examples that were recognised, 0 to 1
     */
    public record OfClass(String name, long examples, double top1) {}

    /**
     * A class that was taken for another one.
     *
     * @param count how many of its examples
     * @param of how many it has
     */
    public record Pair(String actual, String predicted, long count, long of) {

      @Override
      public String toString() {
        return format("%s for %s (%,d of %,d)", actual, predicted, count, of);
      }
    }

    /**
     * A wrong answer.
     *
     * @param shard the record's, by its name in the data set
     * @param position the record's number in the shard, from 0
     * @param probability of the answer, 0 to 1
     */
    public record Mistake(
        String key,
        String shard,
        int position,
        String actual,
        String predicted,
        double probability) {}

    @Override
    public String text() {
      return pairs.isEmpty()
          ? format("no mistakes after round %d", round)
          : format(
              "most often mistaken after round %d: %s",
              round,
              pairs.stream().limit(SHOWN).map(Pair::toString).collect(Collectors.joining(", ")));
    }
  }

  /** Something that a user should know and that does not stop the training. */
  record Warned(String message) implements TrainingEvent {

    @Override
    public String text() {
      return "warning: " + message;
    }
  }

  /** The training was asked to stop, and has saved its state. */
  record Interrupted(String checkpoint, int round) implements TrainingEvent {

    @Override
    public String text() {
      return format(
          "interrupted after round %d, saved as checkpoint %s; the same command goes on from there",
          round, checkpoint);
    }
  }

  /**
   * The training is complete.
   *
   * @param location path or URI of the run
   * @param checkpoint name of the last checkpoint
   * @param round rounds done
   * @param step global steps done
   * @param examples examples trained on since the run began
   * @param quarantined records of the data set that were passed over, each counted once
   * @param accuracy of the last checkpoint; null if it was not evaluated
   * @param took time of this driver, without earlier ones
   */
  record RunFinished(
      String run,
      String location,
      String checkpoint,
      int round,
      long step,
      long examples,
      long quarantined,
      Accuracy accuracy,
      Duration took)
      implements TrainingEvent {

    @Override
    public String text() {
      return format(
          "run %s finished: %s%s, step %,d, %,d examples, %s%s; everything lies in %s, the newest"
              + " checkpoint is %s",
          run,
          first(accuracy),
          count(round, "round"),
          step,
          examples,
          quarantined == 0 ? "" : count(quarantined, "bad record") + " passed over, ",
          shortly(took),
          location,
          checkpoint);
    }
  }

  /**
   * This driver has ended before the last round: something failed, another driver has taken the
   * run, or the training diverged and may not go back again.
   *
   * @param location path or URI of the run
   * @param exitCode of the process; 5 if the training diverged
   * @param reason one line: what failed, and how to go on
   */
  record RunFailed(String run, String location, int exitCode, String reason)
      implements TrainingEvent {

    @Override
    public String text() {
      return format("run %s failed (exit code %d): %s", run, exitCode, reason);
    }
  }

  /**
   * The training was complete before: there is nothing to do.
   *
   * @param location path or URI of the run
   * @param checkpoint name of the last checkpoint
   * @param round rounds done
   * @param accuracy of the last checkpoint; null if it was not evaluated
   */
  record AlreadyFinished(
      String run, String location, String checkpoint, int round, Accuracy accuracy)
      implements TrainingEvent {

    @Override
    public String text() {
      return format(
          "run %s is finished already: %s%s; everything lies in %s, the newest checkpoint is %s;"
              + " train --restart begins anew",
          run, first(accuracy), count(round, "round"), location, checkpoint);
    }
  }
}
