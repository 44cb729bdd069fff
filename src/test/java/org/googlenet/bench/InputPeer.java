package org.googlenet.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The process of the input benchmark's peers, which takes its turns when it is asked to. */
final class InputPeer implements AutoCloseable {

  private final String python;
  private final Process process;
  private final PrintWriter to;
  private final BufferedReader from;
  private final Map<String, String> versions = new LinkedHashMap<>();
  private final List<String> missing = new ArrayList<>();

  /**
   * Starts the peers' script on a folder of JPEGs.
   *
   * @throws BenchmarkProblem if it does not run
   */
  InputPeer(String python, Path script, Path images) {
    this.python = python;
    try {
      process =
          new ProcessBuilder(python, script.toString(), images.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      to = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
      from = process.inputReader(StandardCharsets.UTF_8);
      JsonNode found = JsonMapper.builder().build().readTree(answer());
      found
          .fields()
          .forEachRemaining(
              each -> {
                if (each.getValue().isNull()) {
                  missing.add(each.getKey());
                } else {
                  versions.put(each.getKey(), each.getValue().asText());
                }
              });
    } catch (IOException e) {
      throw new BenchmarkProblem(
          "--peer %s: %s; give a Python with scripts/peers/requirements-input.txt"
              .formatted(python, e.getMessage()));
    }
  }

  /** The libraries that are there, and their versions. */
  Map<String, String> versions() {
    return versions;
  }

  /** The libraries that this Python does not have. */
  List<String> missing() {
    return missing;
  }

  /** Has a library go through all images once; returns the CPU seconds that it took. */
  double turn(String library, String figure) {
    to.println(library + " " + figure);
    try {
      return Double.parseDouble(answer());
    } catch (IOException e) {
      throw new BenchmarkProblem("--peer %s: %s".formatted(python, e.getMessage()));
    }
  }

  private String answer() throws IOException {
    String line = from.readLine();
    if (line == null) {
      throw new BenchmarkProblem(
          "--peer %s: ended without an answer, its message is above; give a Python with scripts/peers/requirements-input.txt"
              .formatted(python));
    }
    return line;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
