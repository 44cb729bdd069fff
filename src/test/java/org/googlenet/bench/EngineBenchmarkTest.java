package org.googlenet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The benchmark at its smallest, with a shell script as peer; no figure is looked at. */
class EngineBenchmarkTest {

  /** In plain fp32 it trains at 10 and forwards at 20 images/s, with the malloc at 9 and 30. */
  private static final String PEER =
      """
      case "$*" in
        *--compile*) exit 1 ;;
        *bf16*) train=11; forward=21 ;;
        *) train=${MALLOC_MMAP_MAX_+9}; forward=${MALLOC_MMAP_MAX_+30} ;;
      esac
      echo "{\\"version\\": \\"2.0\\", \\"train\\": ${train:-10}, \\"forward\\": ${forward:-20},"
      echo " \\"peak_resident_bytes\\": ${train:-10}000}"
      """;

  @TempDir private Path folder;

  @Tag("slow")
  @Test
  void itPrintsOneObjectWithEveryFigureOfEverySubject() throws Exception {
    StringWriter out = new StringWriter();
    int status =
        new CommandLine(new EngineBenchmark())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out))
            .execute(
                "--batch=2",
                "--side=65",
                "--classes=3",
                "--threads=1",
                "--steps=2",
                "--dl4j-steps=0",
                "--format=json",
                "--peer=sh",
                "--peer-script=" + peer());
    assertThat(status).isZero();
    assertThat(out.toString().lines()).hasSize(1);
    JsonNode json = JsonMapper.builder().build().readTree(out.toString());
    for (String subject : List.of("dl4j", "onednn", "limit_direct", "limit_auto", "pytorch")) {
      assertThat(json.get(subject).fieldNames())
          .toIterable()
          .contains(
              "train_fp32", "train_bf16", "forward_fp32", "forward_bf16", "peak_native_bytes");
    }
    assertThat(json.at("/dl4j/train_fp32").isNull()).isTrue();
    assertThat(json.at("/pytorch/train_fp32").asDouble()).isEqualTo(10);
    assertThat(json.at("/pytorch/forward_fp32").asDouble()).isEqualTo(30);
    assertThat(json.at("/pytorch/peak_native_bytes").asLong()).isEqualTo(10_000);
    if (OneDnnLibrary.find().isThere()) {
      for (String subject : List.of("onednn", "limit_direct", "limit_auto")) {
        assertThat(json.get(subject).get("train_fp32").asDouble()).isPositive();
        assertThat(json.get(subject).get("forward_fp32").asDouble()).isPositive();
      }
      assertThat(json.at("/onednn/peak_native_bytes").asLong()).isPositive();
    }
  }

  @Test
  void aPeerThatDoesNotRunIsNamed() {
    PyTorchPeer nobody =
        new PyTorchPeer(folder.resolve("python").toString(), folder.resolve("x.py"), List.of());
    assertThatThrownBy(() -> nobody.measure(PyTorchPeer.variants("fp32").get(0)))
        .isInstanceOf(BenchmarkProblem.class)
        .hasMessageStartingWith("--peer " + folder.resolve("python") + ": ");
  }

  @Test
  void theTableShowsRatiosWhereBothFiguresAreThere() {
    Results results = new Results(Map.of("batch", 32));
    results.put(Results.ONEDNN, "train_fp32", 30.0);
    results.put(Results.ONEDNN, "forward_fp32", 90.0);
    results.put(Results.DL4J, "train_fp32", 2.0);
    assertThat(results.toText())
        .containsPattern("(?m)^onednn +30\\.00 +- +90\\.00 +-$")
        .containsPattern("(?m)^dl4j +15\\.00x +- +- +-$");
  }

  private Path peer() throws IOException {
    return Files.writeString(folder.resolve("peer.sh"), PEER);
  }
}
