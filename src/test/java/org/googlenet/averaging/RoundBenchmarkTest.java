package org.googlenet.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.googlenet.LocalSpark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** The benchmark of rounds at its smallest, in one process; no time is looked at. */
@Timeout(300)
class RoundBenchmarkTest {

  /** Parameters and momentum of the smallest GoogLeNet of three classes, in full. */
  private static final long STATE_BYTES = 2L * Float.BYTES * 6_380_345;

  @Test
  @Tag("long")
  void itPrintsOneObjectWithEveryFigureOfEveryRound() throws Exception {
    LocalSpark.stop();
    StringWriter out = new StringWriter();
    int status =
        new CommandLine(new RoundBenchmark())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out))
            .execute(
                "--master=local[2]",
                "--local-steps=2,3",
                "--steps=1",
                "--workers=2,3",
                "--rounds=1",
                "--batch=2",
                "--side=65",
                "--classes=3",
                "--format=json");
    assertThat(status).isZero();
    assertThat(out.toString().lines()).hasSize(1);
    JsonNode json = JsonMapper.builder().build().readTree(out.toString());
    for (String localSteps : new String[] {"2", "3"}) {
      assertThat(json.get("outside_share").get(localSteps).asDouble()).isBetween(1e-6, 1.0);
      JsonNode metrics = json.get("local_steps").get(localSteps);
      assertThat(metrics.get("parts_s").fieldNames())
          .toIterable()
          .containsExactlyElementsOf(RoundCost.PARTS);
      assertThat(metrics.get("to_process").asDouble()).isPositive();
    }
    assertThat(json.at("/terms/step_s").asDouble()).isPositive();
    assertThat(json.at("/terms/outside_s").asDouble()).isPositive();
    assertThat(json.at("/terms/state_bytes").asLong()).isEqualTo(STATE_BYTES);
    for (int workers : new int[] {2, 3}) {
      JsonNode metrics = json.get("workers").get(Integer.toString(workers));
      assertThat(metrics.get("round_s").asDouble()).isPositive();
      assertThat(metrics.get("parts_s").fieldNames())
          .toIterable()
          .containsExactlyElementsOf(RoundCost.PARTS);
      assertThat(metrics.get("driver_heap_bytes").asLong()).isGreaterThan(STATE_BYTES);
    }
  }

  @Test
  void theTablesShowWhatWasMeasured() {
    RoundFigures metrics = new RoundFigures(Map.of("batch", 32));
    metrics.put(50, new RoundFigures.LocalSteps(2, 0.0123, 150, parts(0.5), 21.3, 21.5, 0.991));
    metrics.put(
        4, new RoundFigures.Workers(3, 1.5, parts(0.25), OptionalLong.empty(), 500_000_000));

    metrics.put(new Extrapolation(3, 0, 0, 0));

    assertThat(metrics.toText())
        .contains("batch: 32")
        .containsPattern("(?m)^50 +2 +150\\.00 +1\\.23% +21\\.30 +21\\.50 +0\\.991$")
        .containsPattern("(?m)^50( +100\\.0%){6}$")
        .containsPattern("(?m)^50( +0\\.500){8} +3\\.500$")
        .containsPattern("(?m)^4 +3 +1\\.50 +- +500\\.0$")
        .containsPattern("(?m)^4( +0\\.250){8} +1\\.750$");
  }

  private static Map<String, Double> parts(double each) {
    return RoundCost.PARTS.stream().collect(Collectors.toMap(part -> part, part -> each));
  }

  @Test
  void thePartsBesideTheLocalStepsAddUpToTheTimeOutsideOfThem() {
    RoundCost cost = new RoundCost(parts(0.25), OptionalLong.empty());
    assertThat(cost.outsideSeconds()).isEqualTo(RoundFigures.outside(cost.parts())).isEqualTo(1.75);
  }
}
