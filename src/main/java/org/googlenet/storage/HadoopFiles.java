package org.googlenet.storage;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The Hadoop client of one bucket or name node, with the reader and the writer that use it.
 *
 * <p>A process opens each client once and keeps it: a client has threads and connections, and every
 * task opens its stores anew. Hadoop's own cache would return a client that Spark opened with other
 * settings. Hadoop closes all clients when the process ends.
 */
final class HadoopFiles {

  private static final Map<Key, HadoopFiles> OPEN = new HashMap<>();

  private final FileSystem files;
  private final Retries retries;
  private final Retries first;
  private final HadoopReader reader;
  private final Writer writer;

  private final HadoopErrors errors = new HadoopErrors();

  private volatile boolean answered;

  private record Key(String scheme, String authority, Map<String, String> properties) {}

  private HadoopFiles(URI uri, Configuration configuration) throws IOException {
    this.files = FileSystem.newInstance(uri, configuration);
    String place = uri.getScheme() + "://" + uri.getAuthority();
    this.retries =
        Retries.ofClient(place, HadoopDefaults.duration(configuration, HadoopDefaults.DEADLINE));
    this.first =
        Retries.ofFirstAnswer(
            place, HadoopDefaults.duration(configuration, HadoopDefaults.FIRST_ANSWER));
    this.reader = new HadoopReader(files, retries);
    this.writer =
        scheme(uri).equals("s3a")
            ? new S3Writer(
                files, reader, HadoopDefaults.duration(configuration, HadoopDefaults.SETTLE))
            : new HdfsWriter(FileContext.getFileContext(uri, configuration));
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
   * Runs a call with retries. Before the first call, the storage is asked for a sign of life, which
   * it must give within a short time: a wrong endpoint, bucket or credential then fails at once,
   * and not after the time that an outage may take.
   *
   * @param root what to ask for
   */
  <T> T run(Request request, Path root, Retries.Call<T> call) throws IOException {
    if (!answered) {
      first.run(new Request(Verb.READ, request.location(), request.location()), () -> ask(root));
      answered = true;
    }
    return retries.run(request, () -> explained(root, call));
  }

  /**
   * S3 refuses a HEAD with only a status code; a listing that is refused for the same reason gives
   * the reason.
   */
  private <T> T explained(Path root, Retries.Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (IOException e) {
      if (errors.judge(e) == Errors.Verdict.FORBIDDEN && FailureKind.of(e).isVague()) {
        throwReason(root);
      }
      throw e;
    }
  }

  private void throwReason(Path root) throws IOException {
    try {
      files.listStatusIterator(root).hasNext();
    } catch (IOException reason) {
      if (!FailureKind.of(reason).isVague()) {
        throw reason;
      }
    }
  }

  private Void ask(Path root) throws IOException {
    try {
      files.getFileStatus(root);
    } catch (IOException e) {
      if (!errors.isSignOfLife(e)) {
        throw e;
      }
    }
    return null;
  }

  private static String scheme(URI uri) {
    return uri.getScheme().toLowerCase(Locale.ROOT);
  }
}
