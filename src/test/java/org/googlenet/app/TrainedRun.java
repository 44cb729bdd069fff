package org.googlenet.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.googlenet.TinyTraining;

/** A run that the command line has trained without a break, once for all tests that read it. */
final class TrainedRun {

  /** One for each JVM, since several run tests at the same time. */
  private static final Path FOLDER =
      Path.of("target/trained-run", Long.toString(ProcessHandle.current().pid()));

  private static final TrainedRun ONCE = new TrainedRun();

  private final TinyTraining training;
  private final CommandLineFixture.Result result;

  private TrainedRun() {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(FOLDER)));
    training = TinyTraining.in(FOLDER);
    result =
        CommandLineFixture.run("train", training.recipe(), "--set", "report.page=true").succeeded();
  }

  static TrainedRun get() {
    return ONCE;
  }

  TinyTraining training() {
    return training;
  }

  /** Path of the run. */
  Path path() {
    return training.run();
  }

  /** What the training printed. */
  CommandLineFixture.Result result() {
    return result;
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> innermostFirst = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path path : innermostFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
