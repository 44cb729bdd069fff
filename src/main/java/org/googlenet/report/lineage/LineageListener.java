package org.googlenet.report.lineage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.googlenet.common.ExitCode;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.report.TrainingEvent.Described;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.report.TrainingEvent.RunFailed;
import org.googlenet.report.TrainingEvent.RunFinished;
import org.googlenet.report.TrainingEvent.RunStarted;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.RunFiles;
import org.googlenet.run.Term;

/**
 * Tells OpenLineage that a training starts, has a new checkpoint, and how it ends. Each driver's
 * work is a run of OpenLineage's. It waits for the server, so it belongs into a {@link
 * org.googlenet.report.Background}.
 */
public final class LineageListener implements TrainingListener {

  private static final int SIGNALLED = 128;

  private final LineageTarget target;
  private final Job job;
  private final Optional<ParentRun> parent;
  private final Clock clock;

  private RunFiles files;
  private RunStarted started;
  private LineageEvents events;
  private String checkpoint;

  /**
   * The job that a training is a run of.
   *
   * @param name empty for the id of the training's run
   */
  public record Job(String namespace, Optional<String> name) {}

  /**
   * A listener of one training.
   *
   * @param properties of Spark, which may name a parent
   * @param environment may name a parent, too
   */
  public LineageListener(
      LineageTarget target,
      Job job,
      Map<String, String> properties,
      Map<String, String> environment) {
    this(target, job, ParentRun.of(properties, environment), Clock.systemUTC());
  }

  LineageListener(LineageTarget target, Job job, Optional<ParentRun> parent, Clock clock) {
    this.target = target;
    this.job = job;
    this.parent = parent;
    this.clock = clock;
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
      events = events(e);
      send("START", null);
    } else if (event instanceof Resumed e) {
      checkpoint = e.checkpoint();
    } else if (event instanceof CheckpointWritten e) {
      checkpoint = e.name();
      send("RUNNING", null);
    } else if (event instanceof RunFinished e) {
      checkpoint = e.checkpoint();
      end("COMPLETE", null);
    } else if (event instanceof Interrupted e) {
      checkpoint = e.checkpoint();
      end("ABORT", null);
    } else if (event instanceof RunFailed e) {
      boolean isStopped = e.exitCode() > SIGNALLED || e.exitCode() == ExitCode.HELD;
      end(isStopped ? "ABORT" : "FAIL", e.reason());
    }
  }

  private LineageEvents events(Described described) {
    return new LineageEvents(
        job.namespace(),
        job.name().orElse(started.run()),
        runId(),
        parent,
        described.data(),
        started.location(),
        described.versions().getOrDefault("spark", "unknown"),
        described.versions().getOrDefault("googlenet", "unknown"));
  }

  /** The driver's own term of the run has a name of its own, so this needs no chance. */
  private String runId() {
    Term term = files.lease().term();
    String identity = started.location() + "\n" + term.number() + "\n" + term.owner();
    return UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private void send(String type, String failure) {
    if (events != null) {
      ObjectNode event = events.event(type, clock.instant(), checkpoint, failure);
      target.send(event);
    }
  }

  private void end(String type, String failure) {
    send(type, failure);
    events = null;
  }

  @Override
  public void close() {
    end("ABORT", null);
    target.sendLast();
  }
}
