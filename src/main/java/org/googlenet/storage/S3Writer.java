package org.googlenet.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIOException;

/**
 * Publishes objects in S3 through S3A: a stream publishes its object when it is closed, and is
 * therefore aborted if its body fails.
 *
 * <p>A create is a put with {@code If-None-Match} if both S3A (3.4.2 and newer) and the store
 * support it; the store then keeps writers apart. S3A's support does not prove the store's: some
 * stores accept the header and ignore it. So the first create of a process puts its bytes a second
 * time, which must be refused.
 *
 * <p>Otherwise a create <em>settles</em>: it looks whether the name is free, puts, waits for a
 * settling time, reads back, and holds the name only if its own bytes are still there. Of two
 * writers that both found the name free, the one whose put came last reads its own bytes, and the
 * other one reads the winner's. A writer whose put has not returned within the settling time after
 * its look gives up without reading, since another writer may have been confirmed by then. So two
 * writers never hold a name, provided that the store shows a put to every later read and does not
 * carry out a put after the settling time.
 *
 * <p>One case remains: a writer that was frozen between its look and its put, or whose put was,
 * does not hold the name but has replaced the object of the writer that does. So that one must look
 * at its object before it relies on it.
 */
final class S3Writer implements Writer {

  private static final String CONDITIONAL_CREATE = "fs.option.create.conditional.overwrite";

  private final FileSystem files;
  private final HadoopReader reader;
  private final Duration settlingTime;

  private volatile Creation creation = Creation.NOT_TRIED;

  private enum Creation {
    NOT_TRIED,
    CONDITIONAL,
    SETTLING
  }

  S3Writer(FileSystem files, HadoopReader reader, Duration settlingTime) {
    this.files = files;
    this.reader = reader;
    this.settlingTime = settlingTime;
  }

  @Override
  public void create(Path path, ObjectStore.Body body) throws IOException {
    if (creation == Creation.CONDITIONAL) {
      putIfAbsent(path, body);
      return;
    }
    Clock sinceLook = Clock.start();
    refuseIfThere(path, body);
    if (creation == Creation.NOT_TRIED) {
      Optional<WrittenContent> put = tryConditional(path, body);
      if (creation == Creation.CONDITIONAL) {
        return;
      }
      if (put.isPresent()) {
        settle(path, put.get(), sinceLook);
        return;
      }
    }
    settle(path, putOnce(path, body), sinceLook);
  }

  @Override
  public void overwrite(Path path, ObjectStore.Body body) throws IOException {
    FSDataOutputStream out = builder(path).build();
    write(out, () -> WrittenContent.run(body, out));
    publish(out, path);
  }

  /** S3 does not support renames. */
  @Override
  public boolean move(Path folder, Path target) {
    return false;
  }

  /** S3 does not have folders; S3A manages the markers that stand for them. */
  @Override
  public void deleteEmptyFolders(Path innermost, Path root) {}

  /**
   * Finds out whether creates can be conditional.
   *
   * @return what was put, conditionally or not; empty if nothing was
   */
  private Optional<WrittenContent> tryConditional(Path path, ObjectStore.Body body)
      throws IOException {
    Optional<FSDataOutputStream> out = openConditional(path);
    if (out.isEmpty()) {
      creation = Creation.SETTLING;
      return Optional.empty();
    }
    WrittenContent written;
    try {
      written = putIfAbsent(out.get(), path, body);
    } catch (NameTaken e) {
      creation = Creation.CONDITIONAL;
      throw e;
    } catch (IOException e) {
      if (HadoopErrors.isNotImplemented(e)) {
        creation = Creation.SETTLING;
        return Optional.empty();
      }
      throw e;
    }
    try {
      putIfAbsent(path, body);
      creation = Creation.SETTLING;
    } catch (NameTaken e) {
      creation = Creation.CONDITIONAL;
    } catch (IOException e) {
      // Not known yet: the object that was put settles, and the next create tries again.
    }
    return Optional.of(written);
  }

  private void putIfAbsent(Path path, ObjectStore.Body body) throws IOException {
    putIfAbsent(
        openConditional(path)
            .orElseThrow(() -> new HadoopErrors.Final(path + ": S3A lost its conditional create")),
        path,
        body);
  }

  private static WrittenContent putIfAbsent(
      FSDataOutputStream out, Path path, ObjectStore.Body body) throws IOException {
    WrittenContent written = write(out, () -> WrittenContent.by(body, out));
    try {
      publish(out, path);
      return written;
    } catch (IOException e) {
      if (HadoopErrors.isRefusedCreate(e)) {
        throw new NameTaken(written, e);
      }
      throw e;
    }
  }

  /** A put that must not be tried again: the time since the look is running. */
  private WrittenContent putOnce(Path path, ObjectStore.Body body) throws IOException {
    FSDataOutputStream out = builder(path).build();
    WrittenContent written = write(out, () -> WrittenContent.by(body, out));
    try {
      publish(out, path);
      return written;
    } catch (IOException e) {
      throw new HadoopErrors.Final(
          path + ": whether it was made is not known (" + OneLine.of(e) + ")", e);
    }
  }

  private void refuseIfThere(Path path, ObjectStore.Body body) throws IOException {
    try (InputStream in = reader.open(bucket(), path.toString(), path, 0, 1)) {
      in.read();
    } catch (FileNotFoundException e) {
      return;
    } catch (IOException e) {
      if (!HadoopErrors.isChange(e)) {
        throw e;
      }
      // Another writer is writing it now, so it exists.
    }
    throw new NameTaken(WrittenContent.by(body, OutputStream.nullOutputStream()), null);
  }

  private void settle(Path path, WrittenContent written, Clock sinceLook) throws IOException {
    Duration elapsed = sinceLook.elapsed();
    if (elapsed.compareTo(settlingTime) >= 0) {
      throw new HadoopErrors.Final(
          String.format(
              Locale.ROOT,
              "%s: written %d ms after a look, which is longer than the settling time of %d ms, so another writer may hold the name; raise %s",
              path,
              elapsed.toMillis(),
              settlingTime.toMillis(),
              HadoopDefaults.SETTLE));
    }
    try {
      Thread.sleep(settlingTime.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(path + ": interrupted while the create was settling");
    }
    try {
      if (!HadoopErrors.untilUnchanged(() -> isIn(path, written))) {
        throw new NameTaken(written, null);
      }
    } catch (FileNotFoundException e) {
      throw new NameTaken(written, e);
    }
  }

  private boolean isIn(Path path, WrittenContent written) throws IOException {
    try (InputStream in = reader.open(bucket(), path.toString(), path, 0, Long.MAX_VALUE)) {
      return written.isIn(in);
    }
  }

  /** Empty if S3A does not have conditional create (before 3.4.2) or it is turned off. */
  private Optional<FSDataOutputStream> openConditional(Path path) throws IOException {
    try {
      return Optional.of(builder(path).must(CONDITIONAL_CREATE, true).build());
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      return Optional.empty();
    } catch (PathIOException e) {
      if (OneLine.of(e).contains("Conditional Writes Unavailable")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private String bucket() {
    return files.getUri().toString();
  }

  private FSDataOutputStreamBuilder<?, ?> builder(Path path) {
    return files.createFile(path).recursive().overwrite(true);
  }

  private static <T> T write(FSDataOutputStream out, Retries.Call<T> bodyRun) throws IOException {
    try {
      return bodyRun.run();
    } catch (Throwable e) {
      out.abort();
      throw e;
    }
  }

  /** S3A before 3.4 returns from an interrupted close as if the object had been written. */
  private static void publish(FSDataOutputStream out, Path path) throws IOException {
    out.close();
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException(path + ": interrupted while it was written");
    }
  }

  /**
   * Measures time by two clocks, since the monotonic one may stand still while a machine sleeps.
   */
  private record Clock(long nanos, long millis) {

    static Clock start() {
      return new Clock(System.nanoTime(), System.currentTimeMillis());
    }

    Duration elapsed() {
      Duration monotonic = Duration.ofNanos(System.nanoTime() - nanos);
      Duration wall = Duration.ofMillis(System.currentTimeMillis() - millis);
      return monotonic.compareTo(wall) > 0 ? monotonic : wall;
    }
  }
}
