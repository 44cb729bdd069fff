package org.googlenet.report.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.RunFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a file for the textfile collector of Prometheus' node_exporter: replaced as a whole after
 * each event while this driver has the run, and left with how it ended.
 *
 * <p>The collector reads files that end in {@code .prom}, as a user of its own, so the file has the
 * permissions that the process gives to all its files. A file that cannot be written is one
 * warning, and is tried again at the next event.
 */
public final class TextFile implements TrainingListener {

  private static final Logger LOG = LoggerFactory.getLogger(TextFile.class);

  private final String file;
  private final String run;
  private final NewestValues values;
  private boolean isOurs;
  private boolean warned;

  /**
   * @param file path on this machine
   * @param run its id, for the label {@code run}
   */
  public TextFile(String file, String run) {
    this(file, run, Clock.systemUTC());
  }

  TextFile(String file, String run, Clock clock) {
    this.file = file;
    this.run = run;
    this.values = new NewestValues(clock);
  }

  /** From here on the file is this driver's; before, another one may have the run, and write it. */
  @Override
  public void begin(RunFiles files) {
    values.begin(files);
    isOurs = true;
  }

  @Override
  public void on(TrainingEvent event) {
    values.on(event);
    // More values of the same follow these at once.
    boolean isPart =
        event instanceof TrainingEvent.RoundTimed
            || event instanceof TrainingEvent.RunStarted
            || event instanceof TrainingEvent.Evaluated;
    if (isOurs && !isPart) {
      write();
    }
  }

  private void write() {
    try {
      replace(Path.of(file), PrometheusText.of(run, values.all()));
    } catch (IOException | InvalidPathException e) {
      if (!warned) {
        LOG.warn(
            "report.textfile: {}: cannot be written ({}); mend it, or set report.textfile=none; the training goes on",
            file,
            e.toString());
      }
      warned = true;
    }
  }

  private static void replace(Path file, String text) throws IOException {
    Path whole = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(whole, text, UTF_8);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
