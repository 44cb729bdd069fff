package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.googlenet.TinyTraining;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.averaging.StandIn;
import org.googlenet.common.Problem;
import org.googlenet.data.format.DataProblem;
import org.googlenet.report.page.PageListener;
import org.googlenet.training.TinyRuns.Trained;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The report that a training keeps in its run, however the training ends. */
@Tag("slow")
@Timeout(300)
class RunPageTest {

  @TempDir private static Path folder;

  private static TinyRuns runs;

  @BeforeAll
  static void write() {
    runs = new TinyRuns(TinyTraining.in(folder));
  }

  private static Trained train(String run, UnaryOperator<LocalTraining> workers, String... more) {
    String[] all = new String[more.length + 3];
    all[0] = "run=" + run;
    all[1] = "training.rounds=4";
    all[2] = "report.page=true";
    System.arraycopy(more, 0, all, 3, more.length);
    return runs.train(TinyRuns.PLAIN, workers, all);
  }

  private static LocalTraining quick(LocalTraining training) {
    return new StandIn();
  }

  private static LocalTraining failing(LocalTraining training) {
    return (worker, state) -> {
      if (worker == 1 && state.round() == 2) {
        throw new DataProblem("shard x: is <missing>; restore it");
      }
      return new StandIn().train(worker, state);
    };
  }

  private static String page(String run) throws IOException {
    return Files.readString(runs.tiny().run(run).resolve(PageListener.NAME));
  }

  @Test
  void aFinishedRunHasAReportWithPictures() throws IOException {
    train("finished", RunPageTest::quick, "evaluation.every=2");
    assertThat(page("finished"))
        .contains(
            "class=\"badge finished\"", "4 of 4", "data:image/jpeg;base64,", "Surest mistakes")
        .doesNotContain("no picture:", "cannot be shown");
  }

  @Test
  void aRunThatFailsSaysWhatFailedAndTheNextDriverTakesItsPageOn() throws IOException {
    assertThat(catchThrowable(() -> train("failing", RunPageTest::failing)))
        .isInstanceOf(Problem.class);
    assertThat(page("failing"))
        .contains("It failed (exit code 3)", "shard x: is &lt;missing&gt;; restore it", "2 of 4")
        .contains("goes on from checkpoint 000002-0001");
    train("failing", RunPageTest::quick);
    assertThat(page("failing"))
        .contains("class=\"badge finished\"", "4 of 4", "from checkpoint 000002-0001")
        .contains("time of 2 drivers")
        .doesNotContain("It failed");
  }

  @Test
  void aFinishedRunWhoseDriverWasLostOverItsLastPageGetsItFromTheNext() throws IOException {
    train("lost", RunPageTest::quick);
    Path page = runs.tiny().run("lost").resolve(PageListener.NAME);
    Files.writeString(page, "running");
    train("lost", RunPageTest::quick);
    assertThat(page("lost")).contains("class=\"badge finished\"", "4 of 4", "Surest mistakes");
  }

  @Test
  void aRecipeMayAskForNone() {
    train("none", RunPageTest::quick, "report.page=false");
    assertThat(runs.tiny().run("none").resolve(PageListener.NAME)).doesNotExist();
  }

  @Test
  void aPageThatCannotBeWrittenDoesNotEndTheTraining() throws IOException {
    // A folder where the file should be.
    Files.createDirectories(runs.tiny().run("blocked").resolve(PageListener.NAME + "/x"));
    assertThat(train("blocked", RunPageTest::quick).end()).isEqualTo(TrainingJob.End.FINISHED);
  }

  @Test
  void dataThatIsGoneIsSaid() {
    RunPictures pictures =
        new RunPictures(
            () -> {
              throw new DataProblem("sets/train: is gone");
            },
            () -> {
              throw new DataProblem("sets/validation: is gone");
            });
    assertThat(pictures.of("x.tar", 1).reason()).isEqualTo("sets/validation: is gone");
    assertThat(pictures.look().reason()).contains("sets/train: is gone");
  }
}
