package org.googlenet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds job/cron to when it tries again and when cron has something to mail. */
class CronTest {

  private static final Path CRONTAB = Path.of("job/cron/crontab");
  private static final Path SCRIPT = Path.of("job/cron/retrain");

  @TempDir private Path folder;

  /** A copy of the project whose launcher notes how it is called and ends with given codes. */
  @BeforeEach
  void copyTheScript() throws IOException {
    Files.createDirectories(folder.resolve("job/cron"));
    Files.createDirectories(folder.resolve("scripts"));
    Files.copy(SCRIPT, folder.resolve(SCRIPT));
    Path launcher = folder.resolve("scripts/googlenet");
    Files.writeString(
        launcher,
        """
        #!/bin/bash
        cd "$(dirname "$0")/.."
        echo "$*" >> calls
        echo "googlenet: try $(wc -l < calls)" >&2
        exit "$(sed -n "$(wc -l < calls)p" codes)"
        """);
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void aRunThatSucceedsSaysNothing() throws Exception {
    assertThat(retrain(0)).isEmpty();
    assertThat(calls()).containsExactly("retrain recipe.yaml --run weekly-1 --master yarn");
    assertThat(folder.resolve("logs/weekly-1.log")).hasContent("googlenet: try 1\n");
  }

  @Test
  void whatMayPassIsTriedAgainWithTheSameRun() throws Exception {
    assertThat(retrain(4, 137, 0)).isEmpty();
    assertThat(calls()).hasSize(3).containsOnly(calls().get(0));
  }

  @Test
  void whatAnotherTryCannotChangeIsToldAtOnce() throws Exception {
    for (int code : List.of(2, 3, 5, 6, 130)) {
      Files.deleteIfExists(folder.resolve("calls"));
      assertThat(retrain(code))
          .isEqualTo(
              String.format(
                      Locale.ROOT,
                      "run weekly-1 ended with code %d at try 1 of 3; %s/logs/weekly-1.log ends:%n",
                      code,
                      folder)
                  + "googlenet: try 1\n");
      assertThat(calls()).hasSize(1);
    }
  }

  @Test
  void threeTriesAreEnough() throws Exception {
    assertThat(retrain(7, 7, 7)).contains("code 7 at try 3 of 3");
    assertThat(calls()).hasSize(3);
  }

  @Test
  void whatEndsTheScriptEndsTheJobAndIsTheEndOfTheTries() throws Exception {
    Files.writeString(
        folder.resolve("scripts/googlenet"),
        """
        #!/bin/bash
        cd "$(dirname "$0")/.."
        trap 'echo "googlenet: state saved"; exit 143' TERM
        echo call >> calls
        while :; do sleep 0.1; done
        """);
    Process script = start("600");
    while (!Files.exists(folder.resolve("calls"))) {
      Thread.sleep(10);
    }
    script.toHandle().destroy();
    String output = new String(script.getInputStream().readAllBytes(), UTF_8);
    assertThat(script.waitFor()).isEqualTo(143);
    assertThat(output).contains("code 143 at try 1 of 3").endsWith("googlenet: state saved\n");
    assertThat(calls()).hasSize(1);
  }

  @Test
  void whatEndsTheScriptEndsItsPause() throws Exception {
    Files.writeString(folder.resolve("codes"), "7\n0\n");
    Process script = start("600");
    while (!Files.exists(folder.resolve("calls"))) {
      Thread.sleep(10);
    }
    Thread.sleep(200);
    script.toHandle().destroy();
    assertThat(script.waitFor()).isEqualTo(7);
    assertThat(calls()).hasSize(1);
  }

  @Test
  void theCrontabCallsTheScriptAndEscapesPercentSigns() throws IOException {
    List<String> entries =
        Files.readAllLines(CRONTAB).stream().filter(line -> line.matches("[0-9*].*")).toList();
    assertThat(entries)
        .singleElement()
        .asString()
        .matches("([0-9*/,-]+ ){5} ?/opt/googlenet/" + SCRIPT + " .+")
        .doesNotContainPattern("(?<!\\\\)%");
    assertThat(SCRIPT).isExecutable();
  }

  /**
   * What the script prints, when the launcher ends with these codes in turn; the last is its own.
   */
  private String retrain(int... codes) throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int code : codes) {
      lines.append(code).append('\n');
    }
    Files.writeString(folder.resolve("codes"), lines);
    Process process = start("0");
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(codes[codes.length - 1]);
    return output;
  }

  private Process start(String pause) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            folder.resolve(SCRIPT).toString(), "weekly-1", "recipe.yaml", "--master", "yarn");
    builder.environment().put("RETRAIN_LOGS", folder.resolve("logs").toString());
    builder.environment().put("RETRAIN_PAUSE", pause);
    return builder.redirectErrorStream(true).start();
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }
}
