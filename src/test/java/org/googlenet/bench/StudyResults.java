package org.googlenet.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The file of results of the convergence study: a line of JSON for each run that is done. */
final class StudyResults {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Map<String, JsonNode> done = new HashMap<>();

  /** Reads what is there; the file need not be. */
  StudyResults(Path file) {
    this.file = file;
    try {
      for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
        JsonNode result = JSON.readTree(line);
        done.put(result.path("run").asText(), result);
      }
    } catch (JsonProcessingException e) {
      throw new BenchmarkProblem(
          "--results %s: has a line that is no JSON (%s); take it out"
              .formatted(file, e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean has(StudyRun run) {
    return done.containsKey(run.name());
  }

  /** Share of the validation images, or NaN if the run diverged. */
  double top1(StudyRun run) {
    return done.get(run.name()).path("top1").asDouble(Double.NaN);
  }

  /**
   * How long a training example took in the runs so far, evaluation included; empty if there was
   * none.
   *
   * @param dl4j of the runs by dl4j-spark's master, or else of all others
   */
  OptionalDouble secondsPerExample(boolean dl4j) {
    double seconds = 0;
    long examples = 0;
    for (JsonNode result : done.values()) {
      if (result.path("method").asText().equals("dl4j") == dl4j) {
        seconds += result.path("seconds").asDouble();
        examples += result.path("examples").asLong();
      }
    }
    return examples == 0 ? OptionalDouble.empty() : OptionalDouble.of(seconds / examples);
  }

  /** Adds a line to the file. */
  void add(StudyResult result) {
    try {
      String line = JSON.writeValueAsString(result);
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      done.put(result.run(), JSON.readTree(line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
