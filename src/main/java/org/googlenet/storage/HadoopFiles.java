package org.googlenet.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The Hadoop client of one bucket or name node, with the reader and the writer on it.
 *
 * <p>A process opens each once and keeps it: a client has threads and connections, and tasks open
 * their stores anew. Hadoop's own cache would hand out a client that Spark opened with other
 * settings. Hadoop closes them all when the process ends.
 */
final class HadoopFiles {

  private static final Map<Key, HadoopFiles> OPEN = new HashMap<>();

  private final FileSystem files;
  private final Retries retries;
  private final HadoopReader reader;
  private final Writer writer;
  private final Duration firstAnswer;

  private volatile boolean answered;

  private record Key(String scheme, String authority, Map<String, String> properties) {}

  private HadoopFiles(URI uri, Configuration configuration) throws IOException {
    this.files = FileSystem.newInstance(uri, configuration);
    this.retries = new Retries(HadoopDefaults.duration(configuration, HadoopDefaults.DEADLINE));
    this.reader = new HadoopReader(files, retries);
    this.writer =
        scheme(uri).equals("s3a")
            ? new S3Writer(
                files, reader, HadoopDefaults.duration(configuration, HadoopDefaults.SETTLE))
            : new HdfsWriter(FileContext.getFileContext(uri, configuration));
    this.firstAnswer = HadoopDefaults.duration(configuration, HadoopDefaults.FIRST_ANSWER);
  }

  /**
   * The client for a URI; nothing is sent yet.
   *
   * @param properties Hadoop properties on top of those of the class path
   */
  static HadoopFiles of(URI uri, Map<String, String> properties) throws IOException {
    Key key = new Key(scheme(uri), uri.getAuthority(), Map.copyOf(properties));
    synchronized (OPEN) {
      HadoopFiles open = OPEN.get(key);
      if (open == null) {
        open = new HadoopFiles(uri, HadoopDefaults.configuration(key.scheme(), properties));
        OPEN.put(key, open);
      }
      return open;
    }
  }

  HadoopReader reader() {
    return reader;
  }

  Writer writer() {
    return writer;
  }

  FileSystem files() {
    return files;
  }

  /**
   * Runs a call with retries. Before the first one, storage is asked for a sign of life, which it
   * must give within a short time: a wrong endpoint, bucket or credential ends at once, and not
   * after the time that an interruption may take.
   *
   * @param location what to ask for, and how messages name it
   */
  <T> T run(String location, Path root, String object, Retries.Call<T> call) throws IOException {
    if (!answered) {
      awaitAnswer(location, root);
      answered = true;
    }
    return retries.run(object, call);
  }

  private void awaitAnswer(String location, Path root) throws IOException {
    AtomicReference<IOException> failure = new AtomicReference<>(new IOException("no answer"));
    FutureTask<Void> question = new FutureTask<>(() -> ask(location, root, failure));
    // A thread of its own, since clients are deaf while they connect.
    Thread thread = new Thread(question, "first answer of " + location);
    thread.setDaemon(true);
    thread.start();
    try {
      question.get(firstAnswer.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      question.cancel(true);
      throw StorageProblem.afterTries(location, firstAnswer, failure.get());
    } catch (ExecutionException e) {
      rethrow(e.getCause());
    } catch (InterruptedException e) {
      question.cancel(true);
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException(location + ": interrupted").initCause(e);
    }
  }

  private Void ask(String location, Path root, AtomicReference<IOException> failure)
      throws IOException {
    return new Retries(firstAnswer)
        .run(
            location,
            () -> {
              try {
                files.getFileStatus(root);
              } catch (IOException e) {
                if (!HadoopErrors.isAnswer(e)) {
                  failure.set(e);
                  HadoopErrors.throwIfMisdirected(location, e);
                  throw e;
                }
              }
              return null;
            });
  }

  private static void rethrow(Throwable e) throws IOException {
    if (e instanceof IOException io) {
      throw io;
    }
    if (e instanceof RuntimeException runtime) {
      throw runtime;
    }
    throw new IllegalStateException(e);
  }

  private static String scheme(URI uri) {
    return uri.getScheme().toLowerCase(Locale.ROOT);
  }
}
