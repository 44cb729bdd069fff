package org.googlenet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.googlenet.TinyTraining;
import org.googlenet.recipe.Recipe.OuterKind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The study's grid as it is, and its harness on a grid of seconds; no accuracy is looked at. */
class ConvergenceStudyTest {

  private static final Path CONF = Path.of("conf/convergence");

  @TempDir private Path folder;

  @Test
  void theGridHasEveryNumberOfWorkersAtEveryIntervalByEveryMethod() throws Exception {
    Set<String> cells =
        runs(Files.readString(CONF.resolve("grid.yaml"))).stream()
            .map(ConvergenceStudyTest::cell)
            .collect(Collectors.toSet());
    for (int workers : List.of(2, 4, 8)) {
      assertThat(cells).contains(String.format(Locale.ROOT, "%d x 1 average", workers));
      for (OuterKind outer : List.of(OuterKind.AVERAGE, OuterKind.SLOWMO, OuterKind.NESTEROV)) {
        String method = outer.name().toLowerCase(Locale.ROOT);
        assertThat(cells)
            .contains(
                String.format(Locale.ROOT, "%d x 8 %s", workers, method),
                String.format(Locale.ROOT, "%d x 32 %s", workers, method));
      }
    }
    assertThat(cells).contains("4 x 8 dl4j");
  }

  @Test
  void aListOfValuesIsARunOfEachAndARunInTwoGroupsIsDoneOnce() throws Exception {
    List<StudyRun> runs =
        runs(
            """
            - {examples: 2048, averaging.workers: [1, 2], learningRate.base: [0.01, 0.02]}
            - {examples: 2048, averaging.workers: 2, learningRate.base: 0.01}
            """);
    assertThat(runs)
        .extracting(StudyRun::name)
        .containsExactly(
            "average-w1-l32-b32-r0.01-n2048-s1",
            "average-w1-l32-b32-r0.02-n2048-s1",
            "average-w2-l32-b32-r0.01-n2048-s1",
            "average-w2-l32-b32-r0.02-n2048-s1");
    assertThat(runs).extracting(StudyRun::sequentialSteps).containsExactly(64L, 64L, 32L, 32L);
  }

  @Test
  void aWarmUpIsPartOfARunsNameAndRounds() throws Exception {
    StudyRun run =
        runs("""
            - examples: 4096
              averaging.workers: 4
              averaging.localSteps.schedule: warmup
              averaging.localSteps.value: 8
              averaging.localSteps.warmUp: 16
              learningRate.warmUp: 5
            """)
            .get(0);
    assertThat(run.name()).isEqualTo("average-w4-l8u16-b32-r0.01u5-n4096-s1");
    assertThat(run.sequentialSteps()).isEqualTo(32);
    assertThat(run.recipe().training().length().count()).isEqualTo(16 + 2);
  }

  @Test
  void examplesThatAreNoWholeNumberOfRoundsAreRefused() {
    assertThatThrownBy(() -> runs("[{examples: 3000}]"))
        .isInstanceOf(BenchmarkProblem.class)
        .hasMessageContaining(
            "3000 examples are no whole number of rounds; the next that are is 3072");
  }

  @Tag("slow")
  @Test
  void aRunThatHasAResultIsNotDoneAgain() throws Exception {
    TinyTraining tiny = TinyTraining.in(folder);
    Path grid =
        Files.writeString(
            folder.resolve("grid.yaml"),
            "[{examples: 16, training.batch: 4, averaging.localSteps: 2, averaging.workers: 2}]");
    Path results = folder.resolve("results/all.jsonl");
    String[] arguments = {
      "--data=" + tiny.folder(),
      "--results=" + results,
      "--grid=" + grid,
      "--recipe=" + CONF.resolve("recipe.yaml")
    };
    assertThat(study(arguments)).contains("1 runs, 0 to do");
    assertThat(study(arguments)).contains("1 runs, 0 to do");
    assertThat(Files.readAllLines(results)).hasSize(1);
    JsonNode result = JsonMapper.builder().build().readTree(Files.readString(results));
    assertThat(result.get("run").asText()).isEqualTo("average-w2-l2-b4-r0.01-n16-s1");
    assertThat(result.get("steps").asInt()).isEqualTo(2);
    assertThat(result.get("top1").asDouble()).isBetween(0.0, 1.0);
    assertThat(result.get("evaluatedOn").asInt()).isEqualTo(TinyTraining.VALIDATION_EXAMPLES);
  }

  private static List<StudyRun> runs(String grid) throws Exception {
    Path recipe = CONF.resolve("recipe.yaml");
    return StudyGrid.read(grid, Files.readString(recipe), recipe.toString(), Map.of());
  }

  private static String cell(StudyRun run) {
    return run.recipe().averaging().workers()
        + " x "
        + run.recipe().averaging().localSteps().last()
        + " "
        + run.name().replaceFirst("-.*", "");
  }

  private static String study(String... arguments) {
    StringWriter out = new StringWriter();
    int status =
        new CommandLine(new ConvergenceStudy()).setOut(new PrintWriter(out)).execute(arguments);
    assertThat(status).isZero();
    return out.toString();
  }
}
