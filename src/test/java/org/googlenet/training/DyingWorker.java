package org.googlenet.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.googlenet.averaging.LocalTraining;
import org.googlenet.averaging.TrainingState;
import org.googlenet.averaging.WorkerResult;

/**
 * Ends its executor's JVM, as {@code kill -9} does, when worker 1 is in the third round, so many
 * times.
 *
 * @param undisturbed what the worker does otherwise
 * @param count a file that grows by a byte each time
 */
record DyingWorker(LocalTraining undisturbed, String count, int times) implements LocalTraining {

  @Override
  public WorkerResult train(int worker, TrainingState state) throws Exception {
    if (worker == 1 && state.round() == 2 && mayDie()) {
      Runtime.getRuntime().halt(137);
    }
    return undisturbed.train(worker, state);
  }

  private boolean mayDie() throws IOException {
    Path file = Path.of(count);
    long before = Files.exists(file) ? Files.size(file) : 0;
    if (before >= times) {
      return false;
    }
    Files.write(file, new byte[1], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return true;
  }
}
