package org.googlenet.report.page;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.googlenet.report.EventText;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.RunEvents;
import org.googlenet.run.RunFiles;
import org.googlenet.storage.ObjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@value #NAME} in a run: writes it anew after each checkpoint, and when the training ends,
 * however it ends.
 *
 * <p>A thread of its own does so. The training waits for it at its end only; a checkpoint that
 * comes while the page waits to be written needs none of its own. If the page cannot be written,
 * the log says so once.
 */
public final class PageListener implements TrainingListener {

  /** The page's name in the run. */
  public static final String NAME = "report.html";

  private static final Logger LOG = LoggerFactory.getLogger(PageListener.class);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Pictures pictures;
  private final Supplier<Optional<Shown.Champion>> champion;
  private final Clock clock;
  private final ExecutorService thread;
  private final AtomicBoolean isWaiting = new AtomicBoolean();
  private final AtomicBoolean hasWarned = new AtomicBoolean();

  /** This driver's events that the reader does not have yet. */
  private List<EventLine> pending = new ArrayList<>();

  private boolean hasCheckpoint;
  private RunFiles files;

  /** Only for the thread: null until the page is written for the first time. */
  private RunReader reader;

  /**
   * A listener for one run.
   *
   * @param pictures of its data
   * @param champion looks for the model in use; called by the page's thread, at most once a page
   */
  public PageListener(Pictures pictures, Supplier<Optional<Shown.Champion>> champion, Clock clock) {
    this.pictures = pictures;
    this.champion = champion;
    this.clock = clock;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, NAME);
              made.setDaemon(true);
              return made;
            });
  }

  @Override
  public synchronized void begin(RunFiles run) {
    files = run;
  }

  @Override
  public void on(TrainingEvent event) {
    keep(event);
    if (event instanceof TrainingEvent.CheckpointWritten && isWaiting.compareAndSet(false, true)) {
      begin();
    } else if (isLast(event)) {
      begin();
      awaitTheEnd();
    }
  }

  /** After the last event there is nothing more to write. */
  private void begin() {
    if (!thread.isShutdown()) {
      thread.execute(this::write);
    }
  }

  private synchronized void keep(TrainingEvent event) {
    pending.add(new EventLine(clock.instant(), event));
    hasCheckpoint |= event instanceof TrainingEvent.CheckpointWritten;
  }

  /** A run that was finished before may have lost its driver while that wrote the last page. */
  private static boolean isLast(TrainingEvent event) {
    return event instanceof TrainingEvent.RunFinished
        || event instanceof TrainingEvent.AlreadyFinished
        || event instanceof TrainingEvent.Interrupted
        || event instanceof TrainingEvent.RunFailed;
  }

  /** Listeners that are told later may copy the page. */
  private void awaitTheEnd() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        warn("it took longer than " + EventText.shortly(PATIENCE));
        thread.shutdownNow(); // the run is given back soon
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void write() {
    isWaiting.set(false);
    try {
      RunFiles run = run();
      RunReader all = read(run.lease().run());
      byte[] page =
          Page.of(List.of(new Shown(all.data(), pictures, champion.get())), clock.instant());
      run.write(NAME, ObjectStore.Body.of(page));
    } catch (IOException
        | RuntimeException
        | LinkageError
        | AssertionError
        | StackOverflowError
        | OutOfMemoryError e) {
      warn(String.valueOf(e.getMessage()));
      LOG.debug("", e);
    }
  }

  private synchronized RunFiles run() {
    if (files == null) {
      throw new IllegalStateException("the run was never taken");
    }
    return files;
  }

  /** Reads on: what earlier drivers stored, and then this driver's events. */
  private RunReader read(ObjectStore run) throws IOException {
    List<EventLine> own;
    boolean isStored;
    synchronized (this) {
      own = pending;
      isStored = hasCheckpoint;
      pending = new ArrayList<>();
    }
    if (reader == null) {
      reader = new RunReader(run.location());
      try {
        reader.addLines(earlier(RunEvents.lines(run), isStored));
        own = isStored ? fromStart(own) : own; // what came before it is stored
      } catch (IOException | RuntimeException e) {
        warn("what earlier drivers have stored cannot be read: " + e.getMessage());
      }
    }
    own.forEach(reader::add);
    return reader;
  }

  /**
   * The lines of earlier drivers.
   *
   * @param isStored whether some may be this driver's: those from its start on
   */
  private static List<String> earlier(List<String> lines, boolean isStored) {
    int end = lines.size();
    if (isStored) {
      for (int i = 0; i < lines.size(); i++) {
        end = lines.get(i).startsWith("{\"event\":\"runStarted\"") ? i : end;
      }
    }
    return lines.subList(0, end);
  }

  private static List<EventLine> fromStart(List<EventLine> own) {
    int start = 0;
    while (start < own.size() && !(own.get(start).event() instanceof TrainingEvent.RunStarted)) {
      start++;
    }
    return own.subList(start == own.size() ? 0 : start, own.size());
  }

  private void warn(String message) {
    if (hasWarned.compareAndSet(false, true)) {
      LOG.warn("the run's {} is not as it should be: {}", NAME, message);
    }
  }
}
