package org.googlenet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.googlenet.data.SampleRecords;

/**
 * A training that takes seconds: two workers, 36 real images, 3 epochs of rounds of 16, 16 and 4
 * examples.
 *
 * @param folder what it reads and writes is in here
 */
public record TinyTraining(Path folder) {

  /** Images of an epoch. */
  public static final int EXAMPLES = 36;

  /** Images that the model is evaluated on. */
  public static final int VALIDATION_EXAMPLES = 8;

  /** Writes the data sets and the recipe. */
  public static TinyTraining in(Path folder) {
    TinyTraining tiny = new TinyTraining(folder.toAbsolutePath());
    SampleRecords.write(tiny.folder.resolve("train"), "train", SampleRecords.train(EXAMPLES));
    SampleRecords.write(
        tiny.validation(), "validation", SampleRecords.validation(VALIDATION_EXAMPLES));
    try {
      Files.writeString(tiny.recipe(), tiny.yaml());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tiny;
  }

  public Path recipe() {
    return folder.resolve("tiny.yaml");
  }

  public Path validation() {
    return folder.resolve("validation");
  }

  /** Where the run is whose id is the recipe's. */
  public Path run() {
    return run("tiny");
  }

  public Path run(String id) {
    return folder.resolve("runs").resolve(id);
  }

  private String yaml() {
    return """
        output: %1$s/runs
        models: %1$s/models
        data: {train: %1$s/train, validation: %1$s/validation}
        model: {classes: 10, side: 65, dropout: [0.2, 0.2]}
        training: {batch: 4, epochs: 3}
        learningRate: {schedule: polynomial, base: 0.01}
        averaging: {workers: 2, localSteps: 2}
        checkpoint: {every: 3, keepLast: 2, lease: 2s}
        evaluation: {every: 0}
        report: {page: false}
        """
        .formatted(folder);
  }
}
