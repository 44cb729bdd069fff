package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.googlenet.TinyTraining;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.report.TrainingListenerKind;
import org.googlenet.run.RunFiles;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedListenersTest {

  @TempDir private static Path folder;

  /** Keeps the kinds of events in a file of the run; made by this test's service file. */
  public static final class Notes implements TrainingListenerKind {

    @Override
    public String name() {
      return "notes";
    }

    @Override
    public TrainingListener make() {
      return new Writer();
    }
  }

  private static final class Writer implements TrainingListener {

    private final StringBuilder text = new StringBuilder();
    private RunFiles files;

    @Override
    public void begin(RunFiles run) {
      files = run;
    }

    @Override
    public void on(TrainingEvent event) {
      text.append(event.getClass().getSimpleName()).append(' ');
      try {
        files.write(
            "notes/kinds.txt",
            ObjectStore.Body.of(text.toString().getBytes(StandardCharsets.UTF_8)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void aListenerOfAnotherJarHearsATrainingAndWritesIntoItsRun() throws IOException {
    TinyTraining tiny = TinyTraining.in(folder);
    CommandLineFixture.runHere("train", tiny.recipe(), "--run", "heard", "--listener", "notes")
        .succeeded();
    assertThat(tiny.run("heard").resolve("notes/kinds.txt"))
        .content()
        .startsWith("RunStarted Described RoundTimed RoundFinished ")
        .contains("CheckpointWritten")
        .doesNotContain("RunFailed");
  }

  @Test
  void anUnknownNameIsRefusedWithTheNamesThereAre() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("none.yaml"),
            "data: {train: a, validation: b}\ntraining: {epochs: 1}\n");
    Result result = CommandLineFixture.runHere("train", recipe, "--listener", "note");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("training listener 'note' is not known; name one of notes");
  }
}
