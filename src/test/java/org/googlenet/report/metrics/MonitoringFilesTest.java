package org.googlenet.report.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The names of metrics and alerts are the same in the code, the files for Prometheus, and the page.
 */
class MonitoringFilesTest {

  private static final Path DOCS = Path.of("docs/monitoring.md");
  private static final Path JOB = Path.of("job/prometheus");
  private static final String FIRST = "<!-- metrics -->\n";
  private static final String LAST = "<!-- end of metrics -->\n";

  /** With {@code -Ddocs.write=true} it writes the page. */
  @Test
  void thePageHasTheTableOfAllMetrics() throws IOException {
    String written = Files.readString(DOCS);
    String filled =
        written.substring(0, written.indexOf(FIRST) + FIRST.length())
            + table()
            + written.substring(written.indexOf(LAST));
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(DOCS, filled);
      return;
    }
    assertThat(written)
        .as("%s; write it by scripts/test -Dtest=MonitoringFilesTest -Ddocs.write=true", DOCS)
        .isEqualTo(filled);
  }

  private static String table() {
    return Arrays.stream(Metric.values())
        .map(
            metric ->
                "| `%s` | %s | %s | %s |\n"
                    .formatted(
                        metric.fullName(),
                        metric.type(),
                        metric.label().isEmpty() ? "" : "`" + metric.label() + "`",
                        metric.help()))
        .collect(
            Collectors.joining(
                "", "| name | type | label | what it is |\n| --- | --- | --- | --- |\n", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"alerts.yml", "alerts-test.yml", "grafana.json"})
  void whatIsAskedForIsThere(String file) throws IOException {
    Set<String> known =
        Arrays.stream(Metric.values()).map(Metric::fullName).collect(Collectors.toSet());
    assertThat(known).containsAll(found("googlenet_[a-z0-9_]+", file)).isNotEmpty();
  }

  @Test
  void labelsAreMadeOfAllNamesThatHaveThem() throws IOException {
    String rules = Files.readString(JOB.resolve("prometheus.yml"));
    for (Metric metric : Metric.values()) {
      Pattern inARule =
          Pattern.compile("[(:|_]" + metric.shortName() + "[|)_].*" + metric.label() + "}");
      if (!metric.label().isEmpty()) {
        assertThat(rules).as(metric.fullName()).containsPattern(inARule);
      }
    }
  }

  @Test
  void eachAlertIsTestedAndSaysWhatToDo() throws IOException {
    Set<String> alerts = found("(?<=alert: )[A-Za-z]+", "alerts.yml");
    assertThat(alerts).isNotEmpty();
    assertThat(found("(?<=alertname: )[A-Za-z]+", "alerts-test.yml")).isEqualTo(alerts);
    List<String> rows =
        Files.readAllLines(DOCS).stream().filter(line -> line.startsWith("| `GoogLeNet")).toList();
    assertThat(rows).hasSameSizeAs(alerts);
    for (String alert : alerts) {
      assertThat(rows).as(alert).anyMatch(row -> row.startsWith("| `" + alert + "` |"));
    }
  }

  private static Set<String> found(String pattern, String file) throws IOException {
    return Pattern.compile(pattern)
        .matcher(Files.readString(JOB.resolve(file)))
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
