package org.googlenet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The benchmark of writes at its smallest; no figure is looked at. */
class StorageBenchmarkTest {

  @Tag("slow")
  @Test
  void itPrintsOneObjectWithEveryFigureOfEveryStorage() throws Exception {
    JsonNode json = JsonMapper.builder().build().readTree(run("--format=json"));
    for (String storage : List.of("hdfs", "hdfs_synced", "s3")) {
      for (String figure : List.of("store", "fs_put", "ratio")) {
        assertThat(json.get(storage).get(figure).asDouble()).isPositive();
      }
    }
    assertThat(json.at("/setting/megabytes").asInt()).isEqualTo(2);
  }

  @Tag("slow")
  @Test
  void theTableHasALineForEachStorage() {
    assertThat(run())
        .containsPattern("(?m)^hdfs +[0-9.]+ +[0-9.]+ +[0-9.]+x$")
        .containsPattern("(?m)^hdfs_synced +[0-9.]+ +[0-9.]+ +[0-9.]+x$")
        .containsPattern("(?m)^s3 +[0-9.]+ +[0-9.]+ +[0-9.]+x$");
  }

  private static String run(String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine command =
        new CommandLine(new StorageBenchmark())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out));
    List<String> all = new ArrayList<>(List.of("--megabytes=2", "--turns=1"));
    all.addAll(List.of(arguments));
    assertThat(command.execute(all.toArray(String[]::new))).isZero();
    return out.toString();
  }
}
