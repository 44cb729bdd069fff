package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.googlenet.TinyTraining;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code googlenet profile} tells of a tiny training, and the trace that it writes. */
class ProfileTest {

  private static final int WORKERS = 2;
  private static final int LOCAL_STEPS = 2;
  private static final double MICROSECOND = 1;

  @TempDir private static Path folder;

  private static TinyTraining tiny;
  private static JsonNode profile;
  private static List<JsonNode> spans;
  private static List<JsonNode> names;

  @BeforeAll
  static void profiled() throws Exception {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    tiny = TinyTraining.in(folder);
    Path trace = folder.resolve("trace.json");
    profile =
        CommandLineFixture.runHere(
                "profile", tiny.recipe(), "--steps", "5", "--trace", trace, "--format", "json")
            .json();
    JsonNode events = new ObjectMapper().readTree(Files.readString(trace)).get("traceEvents");
    spans = ofPhase(events, "X");
    names = ofPhase(events, "M");
  }

  private static List<JsonNode> ofPhase(JsonNode events, String phase) {
    return StreamSupport.stream(events.spliterator(), false)
        .filter(event -> event.get("ph").asText().equals(phase))
        .toList();
  }

  private static List<JsonNode> spans(String category) {
    return spans.stream().filter(span -> span.get("cat").asText().equals(category)).toList();
  }

  private static double sum(JsonNode parts, String field) {
    return parts.findValues(field).stream().mapToDouble(JsonNode::asDouble).sum();
  }

  @Test
  void thePartsOfAStepAddUpToIt() {
    for (String what : List.of("training", "forward")) {
      JsonNode step = profile.get(what);
      double whole = step.get("timedMs").asDouble();
      assertThat(sum(step.get("layers"), "ms")).isCloseTo(whole, within(whole / 10));
      assertThat(sum(step.get("kinds"), "ms"))
          .isCloseTo(sum(step.get("layers"), "ms"), within(1e-6));
      assertThat(sum(step.get("layers"), "share")).isCloseTo(1, within(1e-9));
      assertThat(step.get("ms").asDouble()).isPositive();
      step.get("layers")
          .forEach(
              layer -> {
                if (layer.get("name").asText().equals("input, dropout, loss")) {
                  assertThat(layer.get("share").asDouble()).isLessThan(0.25); // of a tiny step
                }
              });
    }
  }

  @Test
  void eachConvolutionHasItsTimeByItselfBeside() {
    List<String> bare = new ArrayList<>();
    profile
        .get("training")
        .get("layers")
        .forEach(
            layer -> {
              if (layer.get("kind").asText().equals("convolution")) {
                assertThat(layer.get("forwardMs").asDouble()).isPositive();
                assertThat(layer.get("backwardMs").asDouble()).isPositive();
                assertThat(layer.get("bareMs").asDouble()).isPositive();
                bare.add(layer.get("name").asText());
              }
            });
    assertThat(bare).hasSizeGreaterThan(50).contains("conv1", "3a.3x3", "5b.pool.project");
    assertThat(profile.get("training").get("kinds").findValuesAsText("name"))
        .contains("convolution", "pool", "concatenation", "update", "input, dropout, loss");
    assertThat(sum(profile.get("forward").get("layers"), "backwardMs")).isZero();
  }

  @Test
  void itNamesWhatWasMeasured() {
    assertThat(profile.get("engine").asText()).isEqualTo("onednn");
    assertThat(profile.get("batch").asInt()).isEqualTo(4);
    assertThat(profile.get("side").asInt()).isEqualTo(65);
    assertThat(profile.at("/decoding/ms").asDouble()).isPositive();
    assertThat(profile.at("/trace/round").asInt()).isEqualTo(2);
    assertThat(profile.at("/trace/workers").asInt()).isEqualTo(WORKERS);
  }

  @Test
  void nothingIsWrittenIntoARun() {
    assertThat(tiny.run()).doesNotExist();
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @Test
  void aTraceHasDriverWorkersStepsDecodingAndSum() {
    assertThat(spans("round"))
        .singleElement()
        .extracting(s -> s.get("name").asText())
        .isEqualTo("round 2");
    assertThat(spans("workers")).hasSize(1);
    assertThat(spans("sum")).hasSize(1);
    assertThat(spans("worker"))
        .extracting(span -> span.get("name").asText())
        .containsExactlyInAnyOrder("worker 0", "worker 1");
    assertThat(spans("step")).hasSize(WORKERS * LOCAL_STEPS);
    assertThat(spans("forward")).hasSize(WORKERS * LOCAL_STEPS);
    assertThat(names)
        .extracting(name -> name.at("/args/name").asText())
        .contains("driver", "workers", "reading and decoding", "rounds", "worker 0", "worker 1");
  }

  @Test
  void theSpansOfATrackNestAndAllLieWithinTheRound() {
    double end = end(spans("round").get(0));
    TreeMap<String, List<JsonNode>> tracks = new TreeMap<>();
    for (JsonNode span : spans) {
      assertThat(span.get("ts").asDouble()).isNotNegative();
      assertThat(span.get("dur").asDouble()).isNotNegative();
      assertThat(end(span)).isLessThanOrEqualTo(end + MICROSECOND);
      tracks
          .computeIfAbsent(span.get("pid") + "/" + span.get("tid"), track -> new ArrayList<>())
          .add(span);
    }
    tracks.values().forEach(ProfileTest::assertNested);
  }

  /** Each span lies in the one that is open when it begins, or begins after that has ended. */
  private static void assertNested(List<JsonNode> track) {
    List<JsonNode> open = new ArrayList<>();
    for (JsonNode span : track) {
      open.removeIf(each -> end(each) <= span.get("ts").asDouble() + MICROSECOND / 1e3);
      assertThat(open)
          .as("around %s", span)
          .allSatisfy(each -> assertThat(end(span)).isLessThanOrEqualTo(end(each) + MICROSECOND));
      open.add(span);
    }
  }

  private static double end(JsonNode span) {
    return span.get("ts").asDouble() + span.get("dur").asDouble();
  }

  @Test
  void anotherEngineIsRefusedInOneLine() {
    CommandLineFixture.runHere("profile", tiny.recipe(), "--set", "training.engine=dl4j")
        .refused(2, "engine dl4j: cannot be profiled", "--set training.engine=onednn");
  }

  @Test
  void noStepsAreRefusedInOneLine() {
    CommandLineFixture.runHere("profile", tiny.recipe(), "--steps", "0").refused(2, "--steps");
  }
}
