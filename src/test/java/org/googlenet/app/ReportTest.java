package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.common.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code googlenet report} on the command line. */
@Timeout(300)
class ReportTest {

  @TempDir private Path folder;

  private static Result report(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("report"));
    all.addAll(List.of(arguments));
    return CommandLineFixture.runHere(all.toArray());
  }

  @Test
  void aStoredRunGivesAReportLikeItsOwn() throws IOException {
    Path file = folder.resolve("report.html");
    Path run = TrainedRun.get().path();
    report(run, "--output", file).succeeded();
    String made = Files.readString(file);
    assertThat(made).contains("class=\"badge finished\"", "data:image/jpeg;base64,");
    String own = Files.readString(run.resolve("report.html"));
    assertThat(own).contains("class=\"badge finished\"", "data:image/jpeg;base64,");
  }

  @Test
  void aDashIsStandardOutput() {
    Result result = report(TrainedRun.get().path(), "--output", "-", "--no-pictures").succeeded();
    assertThat(result.out()).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
    assertThat(result.out()).doesNotContain("data:image/jpeg");
  }

  @Test
  void aFolderOfRunsNamesOne() {
    Path run = TrainedRun.get().path();
    report(run.getParent(), "--output", "-")
        .refused(
            ExitCode.USAGE, "is no run but a folder of runs; name those to show, such as " + run);
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() {
    report(TrainedRun.get().path(), "--no-pictures", "--output", "/proc/none/report.html")
        .refused(ExitCode.USAGE, "/proc/none/report.html: the folder /proc/none cannot be made");
  }

  @Test
  void severalRunsAreShownInOne() {
    Path run = TrainedRun.get().path();
    Result result = report(run, run, "--output", "-", "--no-pictures").succeeded();
    assertThat(result.out()).contains("<h2>" + run + "</h2>");
  }

  @Test
  void whatIsNoRunIsRefused() throws IOException {
    report(folder.resolve("nothing"), "--output", "-")
        .refused(ExitCode.USAGE, "nothing: there is no run here", "'googlenet runs FOLDER'");
    Path notes = Files.writeString(folder.resolve("notes.txt"), "train");
    report(notes, "--output", "-")
        .refused(ExitCode.USAGE, notes + " is in the way, a file where a folder must be");
    Files.writeString(
        folder.resolve("outcome.json"),
        "{\"code\":3,\"reason\":\"data\",\"checkpoint\":null,\"term\":1}",
        StandardCharsets.UTF_8);
    report(folder, "--output", "-").refused(ExitCode.USAGE, "has no events yet", "data");
  }
}
