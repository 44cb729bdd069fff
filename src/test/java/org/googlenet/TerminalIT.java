package org.googlenet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the packaged job writes to a real pseudo-terminal, which a program in Python drives. */
class TerminalIT extends LauncherFixture {

  private static final Path DRIVER = ROOT.resolve("src/test/resources/terminal/drive.py");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ESCAPE = "\033";

  /** A line that is redrawn, with the terminal told not to wrap it and then to wrap again. */
  private static final Pattern REDRAWN =
      Pattern.compile("\r\033\\[K\033\\[\\?7l([^\r\n\033]*)\033\\[\\?7h");

  private static final String CTRL_C = "\u0003";

  private TinyTraining tiny;

  @BeforeEach
  void training() {
    tiny = TinyTraining.in(folder);
  }

  /** What was written while the terminal had a width. */
  private record Shown(int columns, String text) {}

  /** All that came of a command on a terminal. */
  private record Session(int status, List<Shown> shown) {

    String text() {
      return shown.stream().map(Shown::text).collect(Collectors.joining());
    }

    /** The redrawn lines at a width; of a width that is new the first may be of the one before. */
    List<String> redrawn(int columns) {
      String text =
          shown.stream()
              .filter(each -> each.columns == columns)
              .map(Shown::text)
              .collect(Collectors.joining());
      return REDRAWN.matcher(text).results().map(line -> line.group(1)).toList();
    }

    String lastLine() {
      List<String> lines = text().lines().toList();
      return lines.get(lines.size() - 1);
    }
  }

  /** Waits for words, and then does something. */
  private record Step(String words, String action, Object value) {

    List<Object> json() {
      return List.of(words, action, value);
    }
  }

  private static Session onTerminal(
      int columns, Map<String, String> environment, List<Step> steps, String... arguments)
      throws Exception {
    Map<String, Object> task =
        Map.of(
            "columns",
            columns,
            "when",
            steps.stream().map(Step::json).toList(),
            "command",
            Stream.concat(Stream.of(SCRIPT.toString()), Stream.of(arguments)).toList());
    ProcessBuilder builder =
        new ProcessBuilder("python3", DRIVER.toString(), JSON.writeValueAsString(task))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    Map<String, String> all = builder.environment();
    List.of("SPARK_HOME", "GOOGLENET_JAVA_OPTS", "CI", "COLUMNS", "NO_COLOR").forEach(all::remove);
    all.putAll(new HashMap<>(Map.of("TERM", "xterm")));
    all.putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    List<Shown> shown = new ArrayList<>();
    int status = -1;
    for (String line : output.lines().toList()) {
      JsonNode json = JSON.readTree(line);
      if (json.has("status")) {
        status = json.get("status").asInt();
      } else {
        shown.add(new Shown(json.get("columns").asInt(), json.get("text").asText()));
      }
    }
    return new Session(status, shown);
  }

  private String[] train(String... options) {
    return Stream.concat(
            Stream.of("train", tiny.recipe().toString(), "--set", "training.epochs=8"),
            Stream.of(options))
        .toArray(String[]::new);
  }

  /** Nothing but redrawn lines has escape sequences, so each end leaves the terminal as it was. */
  private static String withoutRedrawing(String text) {
    return REDRAWN.matcher(text).replaceAll("").replace("\r" + ESCAPE + "[K", "");
  }

  @Tag("slow")
  @Test
  void aProgressLineFitsItsTerminalAlsoIfThatBecomesNarrower() throws Exception {
    Session session =
        onTerminal(80, Map.of(), List.of(new Step("round 9/", "resize", 40)), train("--verbose"));

    assertThat(session.status()).isZero();
    assertThat(session.redrawn(80))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(80))
        .allSatisfy(line -> assertThat(line).contains("main ", " left"))
        .allSatisfy(line -> assertThat(line).containsPattern("aux2 |waiting for data"));
    List<String> narrow = session.redrawn(40);
    assertThat(narrow).hasSizeGreaterThan(3);
    assertThat(narrow.subList(2, narrow.size()))
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(40))
        .allSatisfy(line -> assertThat(line).matches("round \\d+/\\d+ .*main \\d\\.\\d{3}"));
    assertThat(withoutRedrawing(session.text())).doesNotContain(ESCAPE);
    assertThat(session.lastLine()).startsWith("run tiny finished: ");
  }

  @Test
  void ctrlCLeavesAWholeLastLineAndATerminalThatWraps() throws Exception {
    Session session =
        onTerminal(
            40,
            Map.of(),
            List.of(new Step("round 6/", "type", CTRL_C)),
            train("--set", "training.epochs=100")); // so that it is not over before

    assertThat(session.status()).isEqualTo(130);
    assertThat(session.redrawn(40))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(40));
    assertThat(withoutRedrawing(session.text())).doesNotContain(ESCAPE);
    assertThat(session.lastLine())
        .startsWith("interrupted after round ")
        .endsWith("the same command goes on from there");
    assertThat(session.text()).endsWith("\n");
  }

  @Tag("slow")
  @Test
  void withNoProgressEachEventIsALineAndTheLogIsJson() throws Exception {
    Session session =
        onTerminal(
            80, Map.of("NO_COLOR", "1"), List.of(), train("--no-progress", "--log-format", "json"));

    assertThat(session.status()).isZero();
    assertThat(session.text()).doesNotContain(ESCAPE).doesNotContainPattern("\r(?!\n)");
    assertThat(session.text().lines()).anyMatch(line -> line.startsWith("round 3/"));
    for (String line : session.text().lines().filter(each -> each.startsWith("{")).toList()) {
      assertThat(JSON.readTree(line).has("message")).isTrue();
    }
  }

  @Tag("slow")
  @Test
  void quietSaysTheLastLineOnly() throws Exception {
    Session session = onTerminal(80, Map.of(), List.of(), train("--quiet"));

    assertThat(session.status()).isZero();
    assertThat(session.text()).doesNotContain(ESCAPE);
    assertThat(session.text().lines().filter(line -> !line.startsWith("warning: ")))
        .singleElement()
        .asString()
        .startsWith("run tiny finished: ");
  }

  @Test
  void anErrorIsALineOfJsonWhereTheLogIs() throws Exception {
    Session session =
        onTerminal(
            80, Map.of("GOOGLENET_LOG_FORMAT", "json"), List.of(), "train", folder + "/nothing");

    assertThat(session.status()).isEqualTo(2);
    assertThat(session.text().lines()).hasSize(1);
    JsonNode line = JSON.readTree(session.text());
    assertThat(line.get("level").asText()).isEqualTo("ERROR");
    assertThat(line.get("message").asText()).contains("nothing");
  }

  @Tag("slow")
  @Test
  void helpHasColoursUnlessTheyAreUnwanted() throws Exception {
    assertThat(help(Map.of())).contains(ESCAPE + "[");
    assertThat(help(Map.of("NO_COLOR", "1"))).doesNotContain(ESCAPE).contains("--quiet");
    assertThat(help(Map.of("TERM", "dumb"))).doesNotContain(ESCAPE);
  }

  private static String help(Map<String, String> environment) throws Exception {
    return onTerminal(80, environment, List.of(), "train", "--help").text();
  }
}
