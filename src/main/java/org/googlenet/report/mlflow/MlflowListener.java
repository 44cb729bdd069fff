package org.googlenet.report.mlflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.googlenet.common.ExitCode;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.report.TrainingEvent.Described;
import org.googlenet.report.TrainingEvent.Evaluated;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.report.TrainingEvent.Rewound;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.RoundTimed;
import org.googlenet.report.TrainingEvent.RunFailed;
import org.googlenet.report.TrainingEvent.RunFinished;
import org.googlenet.report.TrainingEvent.RunStarted;
import org.googlenet.report.TrainingListener;
import org.googlenet.report.rest.Outbox;
import org.googlenet.run.RunFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records a training with MLflow: recipe, data, metrics, how it ended, and the files that people
 * read. All drivers of a run record in the same run of MLflow. It waits for the server, so it
 * belongs into a {@link org.googlenet.report.Background}.
 */
public final class MlflowListener implements TrainingListener {

  private static final Logger LOG = LoggerFactory.getLogger(MlflowListener.class);

  /** The fewest nanoseconds between two calls with metrics: rounds may be shorter than a call. */
  private static final long BETWEEN = Duration.ofSeconds(1).toNanos();

  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final int SIGNALLED = 128;

  private final MlflowServer server;
  private final String experiment;
  private final String user;
  private final Clock clock;
  private final Outbox outbox;
  private final MetricBatch metrics = new MetricBatch();

  private RunFiles files;
  private RunStarted started;
  private TrackedRun run;
  private Map<String, Double> pendingTime = Map.of();
  private long step;
  private boolean isOpen;
  private long sent;

  /**
   * A listener of one training.
   *
   * @param experiment where MLflow keeps the run; made if it is not there
   * @param user who trains
   */
  public MlflowListener(MlflowServer server, String experiment, String user) {
    this(server, experiment, user, Clock.systemUTC(), new Outbox("MLflow", PAUSE));
  }

  MlflowListener(MlflowServer server, String experiment, String user, Clock clock, Outbox outbox) {
    this.server = server;
    this.experiment = experiment;
    this.user = user;
    this.clock = clock;
    this.outbox = outbox;
  }

  @Override
  public void begin(RunFiles ofRun) {
    files = ofRun;
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof RunStarted e) {
      started = e;
    } else if (event instanceof Described e) {
      open(e);
    } else if (event instanceof Resumed e) {
      step = e.step();
    } else if (event instanceof RoundTimed e) {
      // It comes before its round, whose step it belongs to.
      pendingTime = Metrics.of(e);
    } else if (event instanceof RoundFinished e) {
      step = e.step();
      add(pendingTime);
      pendingTime = Map.of();
      add(Metrics.of(e));
      sendSome();
    } else if (event instanceof Evaluated e) {
      add(Metrics.of(e));
      sendSome();
    } else if (event instanceof CheckpointWritten e) {
      add(Metrics.of(e));
    } else if (event instanceof Rewound e) {
      add(Map.of("train/rewinds", (double) e.rewinds()));
    } else {
      onEnd(event);
    }
  }

  private void onEnd(TrainingEvent event) {
    if (event instanceof RunFinished e) {
      end("FINISHED", "finished with checkpoint " + e.checkpoint());
    } else if (event instanceof Interrupted e) {
      end("KILLED", e.text());
    } else if (event instanceof RunFailed e) {
      if (e.exitCode() == ExitCode.HELD) {
        isOpen = false; // it is another driver's now, who says how it ends
        started = null;
      } else {
        end(e.exitCode() > SIGNALLED ? "KILLED" : "FAILED", e.reason());
      }
    }
  }

  private void open(Described described) {
    RunNote note = note();
    long time = clock.millis();
    isOpen = true;
    outbox.send(() -> open(described, note, time));
  }

  /** May be called again if a part of it fails. */
  private void open(Described described, RunNote note, long time) {
    TrackedRun opened =
        TrackedRun.of(server, note, experiment, started.run(), time, RunTags.first(started, user));
    if (!opened.id().equals(note.runId())) {
      keep(note.withRunId(opened.id()));
    }
    opened.begin();
    List<String> changed = opened.add(RunTags.parameters(described));
    opened.tag(RunTags.of(started, described, changed));
    opened.use(DataInputs.of(described.data()));
    run = opened;
  }

  private RunNote note() {
    try {
      return RunNote.of(files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void keep(RunNote note) {
    try {
      note.write(files);
    } catch (IOException | IllegalStateException e) {
      // The run is given back already, or cannot be written: its tag finds the run of MLflow, too.
      LOG.debug("", e);
    }
  }

  private void add(Map<String, Double> values) {
    metrics.add(values, step, clock.millis());
  }

  private void sendSome() {
    if (metrics.isFull() || System.nanoTime() - sent >= BETWEEN) {
      sendMetrics();
      sent = System.nanoTime();
    }
  }

  private void sendMetrics() {
    if (!metrics.isEmpty()) {
      ArrayNode batch = metrics.take();
      outbox.send(() -> run.log(batch));
    }
  }

  private void end(String status, String outcome) {
    if (isOpen) {
      isOpen = false;
      long time = clock.millis();
      sendMetrics();
      outbox.send(
          () -> {
            run.tag(Map.of(RunTags.OUTCOME, outcome));
            run.end(status, time);
          });
    }
  }

  /** Other listeners have written their files by now. */
  @Override
  public void close() {
    end("KILLED", "ended without a word");
    if (started != null) {
      outbox.send(() -> Artifacts.copy(files.lease().run(), run));
      outbox.sendLast();
    }
  }
}
