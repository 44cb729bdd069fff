package org.googlenet.report.tensorboard;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.googlenet.report.RoundTime;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.CheckpointId;
import org.googlenet.run.RunFiles;
import org.googlenet.storage.ObjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a training's events into the run as event files of TensorBoard.
 *
 * <p>At checkpoints, and at the end, a further file is written with what has come since: an object
 * store cannot append, and TensorBoard does not see that a file that it has open was replaced.
 * Their names are in order by the term and a number, whatever the clocks say. TensorBoard keeps
 * each file open, so there are at most some {@value #MOST_FILES} of a driver.
 *
 * <p>What a run has thrown away must not stay to be seen. A rewind takes out of the memory what
 * came after its checkpoint; and the first round of a driver, or after a rewind, begins a session,
 * by which a reader forgets what it has of that step and of later ones.
 */
public final class TensorBoard implements TrainingListener {

  /** The folder of the files in the run. */
  public static final String FOLDER = "tensorboard";

  private static final Logger LOG = LoggerFactory.getLogger(TensorBoard.class);

  private static final long MOST_FILES = 50;

  /** Its first step, for what does not change. */
  private static final long ALWAYS = 0;

  /**
   * An event that is not written yet.
   *
   * @param round rounds done
   */
  private record Pending(int round, byte[] event) {}

  private final Supplier<byte[]> images;
  private final Clock clock;
  private final List<Pending> pending = new ArrayList<>();
  private final NavigableMap<Integer, Long> steps = new TreeMap<>();

  private RunFiles files;
  private TrainingEvent.RoundTimed timed;
  private boolean sessionIsBegun;
  private int rounds;
  private int writtenRound;
  private int written;
  private boolean hasWarned;

  /**
   * Begins with no file.
   *
   * @param images makes a picture of some training images, a PNG, of which there is one in a run
   */
  public TensorBoard(Supplier<byte[]> images) {
    this(images, Clock.systemUTC());
  }

  /** The same with a clock. */
  TensorBoard(Supplier<byte[]> images, Clock clock) {
    this.images = images;
    this.clock = clock;
  }

  @Override
  public void begin(RunFiles run) {
    files = run;
  }

  /** Keeps an event, and writes those that are kept if it is time. */
  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.Described described) {
      describe(described);
    } else if (event instanceof TrainingEvent.Resumed resumed) {
      steps.put(resumed.round(), resumed.step());
      writtenRound = resumed.round();
    } else if (event instanceof TrainingEvent.RoundTimed time) {
      timed = time;
    } else if (event instanceof TrainingEvent.RoundFinished round) {
      finish(round);
    } else if (event instanceof TrainingEvent.Weights weights) {
      keep(weights.round(), weights.step(), values(weights));
    } else if (event instanceof TrainingEvent.Evaluated evaluated) {
      evaluate(evaluated);
    } else if (event instanceof TrainingEvent.Rewound rewound) {
      rewind(rewound.round());
    } else {
      writeIfDue(event);
    }
  }

  private void describe(TrainingEvent.Described described) {
    Values values =
        new Values()
            .text("recipe", DescribedText.recipe(described))
            .text("data and versions", DescribedText.sources(described));
    Hyperparameters.addStart(values, clock.instant(), described.recipe());
    if (files.lease().start().isEmpty()) {
      addImages(values);
    }
    keep(0, ALWAYS, values);
  }

  private void addImages(Values values) {
    try {
      values.image("training images", images.get());
    } catch (RuntimeException e) {
      LOG.warn("TensorBoard gets no images: {}", e.getMessage());
    }
  }

  private void finish(TrainingEvent.RoundFinished round) {
    if (!sessionIsBegun) {
      pending.add(new Pending(round.round(), EventFile.start(clock.instant(), round.step())));
      sessionIsBegun = true;
    }
    rounds = round.rounds();
    steps.put(round.round(), round.step());
    Values values =
        new Values()
            .scalars("loss", round.loss())
            .scalars("gradient_norm", round.gradientNorm())
            .scalars("dead_units", round.deadUnits())
            .scalar("training/learning_rate", round.learningRate())
            .scalar("training/images_per_second", round.imagesPerSecond())
            .scalar("training/epoch", round.epoch())
            .scalar("training/quarantined_records", (double) round.quarantined());
    if (timed != null && timed.round() == round.round()) {
      values.scalar("round_seconds/total", timed.seconds());
      values.scalars("round_seconds", parts(timed.parts()));
    }
    keep(round.round(), round.step(), values);
  }

  private static Map<String, Double> parts(RoundTime time) {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("start", time.start());
    parts.put("load", time.load());
    parts.put("first_batch", time.firstBatch());
    parts.put("waiting", time.waiting());
    parts.put("steps", time.steps());
    parts.put("sum", time.sum());
    parts.put("update", time.update());
    return parts;
  }

  private static Values values(TrainingEvent.Weights weights) {
    Values values = new Values();
    weights
        .layers()
        .forEach(
            (name, layer) ->
                values
                    .histogram("weights/" + name, layer.weights())
                    .histogram("momentum/" + name, layer.momentum()));
    return values;
  }

  /** Of a round that this driver does not know, an earlier one has written it. */
  private void evaluate(TrainingEvent.Evaluated evaluated) {
    Long step = steps.get(evaluated.round());
    if (step != null) {
      keep(
          evaluated.round(),
          step,
          new Values()
              .scalar("accuracy/top1", evaluated.top1())
              .scalar("accuracy/top5", evaluated.top5())
              .scalars("validation_loss", evaluated.loss()));
    }
  }

  private void rewind(int round) {
    pending.removeIf(event -> event.round() > round);
    steps.tailMap(round, false).clear();
    sessionIsBegun = false;
    writtenRound = Math.min(writtenRound, round);
  }

  private void keep(int round, long step, Values values) {
    pending.add(new Pending(round, EventFile.summary(clock.instant(), step, values.summary())));
  }

  private void writeIfDue(TrainingEvent event) {
    if (event instanceof TrainingEvent.CheckpointWritten checkpoint) {
      CheckpointId.parse(checkpoint.name()).map(CheckpointId::round).ifPresent(this::writeIfDue);
    } else if (event instanceof TrainingEvent.RunFinished finished) {
      Values end = new Values();
      Hyperparameters.addSuccess(end, clock.instant());
      keep(finished.round(), ALWAYS, end);
      write(Integer.MAX_VALUE);
    } else if (event instanceof TrainingEvent.Interrupted
        || event instanceof TrainingEvent.RunFailed) {
      write(Integer.MAX_VALUE);
    }
  }

  private void writeIfDue(int round) {
    if (written == 0 || MOST_FILES * (round - writtenRound) >= rounds) {
      write(round);
      writtenRound = round;
    }
  }

  /** Writes what is kept of the rounds up to one. */
  private void write(int round) {
    List<Pending> due = pending.stream().filter(event -> event.round() <= round).toList();
    if (due.isEmpty() || files == null) {
      return;
    }
    EventFile file = new EventFile(clock.instant());
    due.forEach(event -> file.add(event.event()));
    try {
      files.write(nextName(), ObjectStore.Body.of(file.bytes()));
    } catch (IOException e) {
      warnOnce(e);
      return; // what is kept is written with the next checkpoint
    }
    written++;
    pending.removeIf(event -> event.round() <= round);
  }

  private void warnOnce(IOException e) {
    if (!hasWarned) {
      hasWarned = true;
      LOG.warn("TensorBoard's events are written later: {}", e.getMessage());
    }
  }

  /** TensorBoard takes a file for its own by a part of the name, and reads them in their order. */
  private String nextName() {
    return String.format(
        Locale.ROOT,
        "%s/events.out.tfevents.%010d.%04d.googlenet",
        FOLDER,
        files.lease().term().number(),
        written + 1);
  }
}
