package org.googlenet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The benchmark at its smallest; no figure is looked at. */
class ZooBenchmarkTest {

  private static final List<String> SMALLEST =
      List.of(
          "--batch=2",
          "--threads=1",
          "--steps=2",
          "--dl4j-steps=1",
          "--format=json",
          "--peer-script=none");

  @TempDir private Path folder;

  @Tag("slow")
  @Test
  void itPrintsOneObjectWithEachNetworkAtEachSide() throws Exception {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    JsonNode json = run("--networks=lenet,squeezenet", "--side=32,40", "--width=0.1");

    assertThat(json.get("networks"))
        .extracting(row -> row.get("network").asText() + " " + row.get("side").asInt())
        .containsExactly("LeNet 32", "LeNet 40", "SqueezeNet 1.1 32", "SqueezeNet 1.1 40");
    for (JsonNode row : json.get("networks")) {
      assertThat(row.get("refused").isNull()).isTrue();
      assertThat(row.get("dl4j_fp32_ms").asDouble()).isPositive();
      assertThat(row.get("onednn_fp32_ms").asDouble()).isPositive();
      assertThat(row.get("dl4j/fp32").asDouble()).isPositive();
      assertThat(row.get("pytorch_fp32_ms").isNull()).isTrue();
    }
  }

  @Test
  void aSideThatIsTooSmallForANetworkLeavesItOut() throws Exception {
    JsonNode json = run("--networks=inception_v3", "--side=74");

    assertThat(json.get("networks")).isEmpty();
  }

  @Test
  void thePeerIsAskedForTheNetworkAndItsBestTimeCounts() throws Exception {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    Path peer =
        Files.writeString(
            folder.resolve("peer.sh"),
            """
            [ "$1 $3" = "--network=squeezenet1_1 --side=32" ] || exit 1
            echo "{\\"version\\": \\"2.0\\", \\"train\\": ${MALLOC_MMAP_MAX_+3}${MALLOC_MMAP_MAX_-2},"
            echo " \\"peak_resident_bytes\\": 1}"
            """);
    JsonNode json =
        run(
            "--networks=squeezenet",
            "--side=32",
            "--dl4j-steps=0",
            "--peer=sh",
            "--peer-script=" + peer);

    assertThat(json.at("/networks/0/pytorch_fp32_ms").asDouble()).isEqualTo(66.67);
    assertThat(json.at("/setting/pytorch").asText()).isEqualTo("2.0");
  }

  @Test
  void theTableShowsRatiosWhereBothFiguresAreThere() {
    ZooResults results = new ZooResults(Map.of("batch", 8));
    results.add(
        new ZooResults.Row(
            "LeNet",
            96,
            10,
            Map.of(ZooResults.DL4J, 300.0, ZooResults.ONEDNN + "fp32", 20.0),
            null));
    results.add(new ZooResults.Row("U-Net", 96, 10, Map.of(ZooResults.DL4J, 7.0), "vertex up"));

    assertThat(results.toText())
        .containsPattern("(?m)^LeNet +96 +300\\.0 +20\\.0 +- +- +- +15\\.0x +- +- +-$")
        .containsPattern("(?m)^U-Net +96 +7\\.0( +-){8}  refused: vertex up$");
  }

  private JsonNode run(String... arguments) throws Exception {
    StringWriter out = new StringWriter();
    CommandLine benchmark =
        new CommandLine(new ZooBenchmark())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out));
    List<String> all = Stream.concat(SMALLEST.stream(), Stream.of(arguments)).toList();
    assertThat(benchmark.setOverwrittenOptionsAllowed(true).execute(all.toArray(String[]::new)))
        .isZero();
    assertThat(out.toString().lines()).hasSize(1);
    return JsonMapper.builder().build().readTree(out.toString());
  }
}
