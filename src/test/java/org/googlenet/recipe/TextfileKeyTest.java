package org.googlenet.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.googlenet.recipe.SmallRecipe.SMALLEST;
import static org.googlenet.recipe.SmallRecipe.load;
import static org.googlenet.recipe.SmallRecipe.problems;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextfileKeyTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"/var/lib/prometheus/node-exporter/monday.prom", "monday.prom", "a b/c.prom"})
  void aPathThatTheCollectorReadsIsTaken(String path) {
    assertThat(load(SMALLEST, "report.textfile=" + path).report().textfile()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/tmp/monday.txt", "monday.prom.tmp", ".prom/", "s3a://b/x.prom", "file:/x.prom"})
  void whatTheCollectorWouldNotReadIsRefusedInOneLine(String path) {
    assertThat(problems(SMALLEST, "report.textfile=" + path))
        .containsExactly(
            "report.textfile: "
                + path
                + ": must be a path of the driver's machine that ends in .prom, such as"
                + " /var/lib/prometheus/node-exporter/googlenet.prom");
  }
}
