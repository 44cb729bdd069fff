package org.googlenet.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Runs the peer's script, a process for each variant, and reads what it measured. */
final class PyTorchPeer {

  /** A malloc that keeps what it has been given, which spares PyTorch most page faults. */
  private static final Map<String, String> KEEPING_MALLOC =
      Map.of(
          "MALLOC_MMAP_MAX_", "0",
          "MALLOC_TRIM_THRESHOLD_", "100000000000",
          "MALLOC_TOP_PAD_", "268435456");

  /**
   * A way to run PyTorch.
   *
   * @param keepingMalloc with glibc's malloc told to keep memory
   * @param compiled by torch.compile, which needs a C++ compiler
   */
  record Variant(String precision, boolean keepingMalloc, boolean compiled) {
    String name() {
      return precision
          + (keepingMalloc ? ", malloc keeps memory" : "")
          + (compiled ? ", compiled" : "");
    }
  }

  /**
   * What a variant reached.
   *
   * @param train images per second of a training step
   * @param forward images per second of a forward pass; NaN if the script does not measure it
   * @param peakResidentBytes of its process, up to the end of training
   */
  record Result(
      Variant variant, String version, double train, double forward, long peakResidentBytes) {}

  private final String python;
  private final Path script;
  private final List<String> options;

  PyTorchPeer(String python, Path script, List<String> options) {
    this.python = python;
    this.script = script;
    this.options = options;
  }

  static List<Variant> variants(String precision) {
    return List.of(
        new Variant(precision, false, false),
        new Variant(precision, true, false),
        new Variant(precision, true, true));
  }

  /**
   * Measures a variant; nothing if this one cannot be compiled here.
   *
   * @throws BenchmarkProblem if PyTorch does not run at all
   */
  Optional<Result> measure(Variant variant) {
    List<String> command = new ArrayList<>(List.of(python, script.toString()));
    command.addAll(options);
    command.addAll(List.of("--precision", variant.precision()));
    if (variant.compiled()) {
      command.add("--compile");
    }
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    if (variant.keepingMalloc()) {
      builder.environment().putAll(KEEPING_MALLOC);
    }
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      int status = process.waitFor();
      if (status == 0) {
        return Optional.of(result(variant, JsonMapper.builder().build().readTree(output)));
      }
      if (variant.compiled()) {
        return Optional.empty();
      }
      throw new BenchmarkProblem(
          String.format(
              Locale.ROOT,
              "--peer %s: ended with code %d, its message is above; give a Python that has PyTorch",
              python,
              status));
    } catch (IOException e) {
      throw new BenchmarkProblem(
          "--peer %s: %s; give a Python that has PyTorch".formatted(python, e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkProblem("interrupted");
    }
  }

  private static Result result(Variant variant, JsonNode json) {
    return new Result(
        variant,
        json.get("version").asText(),
        json.get("train").asDouble(),
        json.path("forward").asDouble(Double.NaN),
        json.get("peak_resident_bytes").asLong());
  }
}
