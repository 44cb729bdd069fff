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
import java.util.ArrayList;
import java.util.List;
import org.googlenet.data.image.ImageHeader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The benchmark of input at its smallest; no figure is looked at but the resident size. */
@Timeout(600)
class InputBenchmarkTest {

  /** A peer with one library; it answers each turn with half a second. */
  private static final String PEER =
      """
      echo '{"opencv": "9.9", "pillow": null}'
      while read line; do echo 0.5; done
      """;

  private static final List<String> SETS =
      List.of(
          "tar, files",
          "tar, s3",
          "webdataset, files",
          "tfrecord, files",
          "parquet, files",
          "list, files",
          "data/sample/validation");

  @TempDir private Path folder;

  private String run(String... arguments) throws IOException {
    Path script = Files.writeString(folder.resolve("peer.sh"), PEER);
    StringWriter out = new StringWriter();
    List<String> all =
        new ArrayList<>(
            List.of("--images=4", "--records=64", "--turns=1", "--peer-script=" + script));
    all.addAll(List.of(arguments));
    int status =
        new CommandLine(new InputBenchmark())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out))
            .execute(all.toArray(String[]::new));
    assertThat(status).isZero();
    return out.toString();
  }

  @Tag("slow")
  @Test
  void itPrintsOneObjectWithEveryFigure() throws IOException {
    String out =
        run(
            "--format=json",
            "--peer=sh",
            "--latency=1",
            "--speed=100000",
            "--data=data/sample/validation");
    assertThat(out.lines()).hasSize(1);
    JsonNode json = JsonMapper.builder().build().readTree(out);
    for (String figure : List.of("decode", "inception")) {
      assertThat(json.get(figure).get("googlenet").asDouble()).isPositive();
      assertThat(json.get(figure).get("opencv").asDouble()).isEqualTo(8);
      assertThat(json.get(figure).get("ratio").asDouble())
          .isEqualTo(json.get(figure).get("googlenet").asDouble() / 8);
      assertThat(json.get(figure).has("pillow")).isFalse();
    }
    for (String set : SETS) {
      for (String figure : List.of("per_cpu_s", "per_s_1_thread", "per_s_2_threads", "speed_up")) {
        assertThat(json.get(set).get(figure).asDouble()).isPositive();
      }
    }
    assertThat(json.at("/latency/first_batch_s").asDouble()).isPositive();
    assertThat(json.at("/latency/later_wait_share").asDouble()).isBetween(0.0, 1.0);
    assertThat(json.at("/latency/requests_at_once").asInt()).isGreaterThan(1);
    assertThat(json.at("/latency/image_bytes").asInt()).isBetween(95_000, 125_000);
    assertThat(json.at("/setting/image_bytes").asInt()).isBetween(35_000, 80_000);
    assertThat(json.at("/setting/opencv").asText()).isEqualTo("9.9");
  }

  @Test
  void photographsHaveTheUsualSizeAndAreTheSameEachTime() throws IOException {
    List<byte[]> some = new Photographs(0.9).first(5);
    List<byte[]> again = new Photographs(0.9).first(5);
    for (int i = 0; i < some.size(); i++) {
      assertThat(some.get(i)).isEqualTo(again.get(i));
      assertThat(ImageHeader.of(some.get(i)))
          .isEqualTo(new ImageHeader(ImageHeader.Format.JPEG, 500, 375));
    }
    assertThat(some.get(0)).isNotEqualTo(some.get(4));
  }

  @Test
  void aPeerThatDoesNotRunIsNamed() {
    assertThatThrownBy(
            () -> new InputPeer(folder.resolve("python").toString(), Path.of("x.py"), folder))
        .isInstanceOf(BenchmarkProblem.class)
        .hasMessageStartingWith("--peer " + folder.resolve("python") + ": ");
    assertThatThrownBy(() -> new InputPeer("true", Path.of("x.py"), folder))
        .isInstanceOf(BenchmarkProblem.class)
        .hasMessageContaining("requirements-input.txt");
  }

  @Tag("slow")
  @Test
  void theSoakTellsTheResidentSizeTenTimes() throws IOException {
    assertThat(run("--soak=640").lines())
        .hasSize(10)
        .allSatisfy(line -> assertThat(line).matches("[0-9]+ records, [0-9]+ MB"))
        .last()
        .asString()
        .startsWith("640 records, ");
  }

  @Test
  @Tag("long")
  void aHundredThousandRecordsLeaveTheResidentSizeAsItWas() throws IOException {
    List<Integer> megabytes =
        run("--soak=100000", "--records=1024", "--images=64")
            .lines()
            .map(line -> Integer.valueOf(line.replaceAll(".*, ([0-9]+) MB", "$1")))
            .toList();
    // The first tenths fill what the allocator keeps for later.
    assertThat(megabytes.get(9)).isLessThan(megabytes.get(2) + 32);
  }
}
