package org.googlenet.report.mlflow;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Json;
import org.googlenet.run.RunFiles;
import org.googlenet.run.Term;
import org.googlenet.storage.ObjectStore;

/**
 * What a run notes of its place in MLflow, so that a driver that goes on with it finds that again,
 * and one that begins the run anew does not.
 *
 * @param id the value of the tag {@value #TAG} of the run of MLflow
 * @param runId of that run; empty until it is known
 */
record RunNote(String id, String runId) {

  static final String TAG = "googlenet.id";

  private static final String NAME = "mlflow.json";

  /**
   * The note of a run; written if there is none, before anything is sent, so that a run is not made
   * twice.
   */
  static RunNote of(RunFiles files) throws IOException {
    Optional<RunNote> there = read(files.lease().run());
    if (there.isPresent()) {
      return there.get();
    }
    Term term = files.lease().term();
    String identity = files.lease().run().location() + "\n" + term.owner() + "\n" + term.number();
    RunNote note =
        new RunNote(
            UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8)).toString(), "");
    note.write(files);
    return note;
  }

  /** The note that a run has; empty if it has none that can be read. */
  static Optional<RunNote> read(ObjectStore run) throws IOException {
    try {
      return Optional.of(Json.read(run, NAME, RunNote.class));
    } catch (FileNotFoundException | CheckpointProblem e) {
      return Optional.empty();
    }
  }

  RunNote withRunId(String known) {
    return new RunNote(id, known);
  }

  void write(RunFiles files) throws IOException {
    files.write(NAME, Json.body(this));
  }
}
