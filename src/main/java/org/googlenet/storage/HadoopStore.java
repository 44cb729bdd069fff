package org.googlenet.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.util.VersionInfo;

/**
 * An object store in HDFS or, through S3A, in an S3 bucket.
 *
 * <p>Writers are kept apart by what each storage really offers ({@link HdfsWriter}, {@link
 * S3Writer}). What fails is tried again until a deadline ({@link Retries}), also in the middle of a
 * stream ({@link ResumingStream}).
 */
final class HadoopStore implements ObjectStore {

  private final String location;
  private final Path root;
  private final HadoopFiles client;

  private HadoopStore(String location, Path root, HadoopFiles client) {
    this.location = location;
    this.root = root;
    this.client = client;
  }

  /**
   * Opens an {@code hdfs:} or {@code s3a:} location; nothing is sent before the first call.
   *
   * @param properties Hadoop properties on top of those of the class path
   * @throws StorageRefused if the URI is malformed or this Hadoop has no file system for it
   * @throws StorageProblem if the client cannot be created
   */
  static HadoopStore open(String location, Map<String, String> properties) {
    try {
      Path root = new Path(location);
      URI uri = root.toUri();
      refuseSecrets(uri);
      refuseNowhere(location, uri, properties);
      HadoopFiles client = HadoopFiles.of(uri, properties);
      return new HadoopStore(
          withoutLastSlash(location), client.files().makeQualified(root), client);
    } catch (UnsupportedFileSystemException e) {
      throw noFileSystem(location, e);
    } catch (IOException e) {
      throw new HadoopErrors().judge(e) == Errors.Verdict.PASSING
          ? StorageProblem.at(location, e)
          : new HadoopErrors().refused(location, e);
    } catch (IllegalArgumentException e) {
      throw new StorageRefused(
          location + ": cannot be opened (" + OneLine.of(e) + "); check the URI", e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof ClassNotFoundException) {
        throw noFileSystem(location, e);
      }
      throw e;
    }
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public InputStream read(String name) throws IOException {
    return readRange(name, 0, Long.MAX_VALUE);
  }

  @Override
  public InputStream readRange(String name, long offset, long length) throws IOException {
    Path path = path(name);
    return lookUp(
        Verb.READ, name, () -> client.reader().open(location, object(name), path, offset, length));
  }

  @Override
  public void create(String name, Body body) throws IOException {
    write(name, body, client.writer()::create);
  }

  @Override
  public void overwrite(String name, Body body) throws IOException {
    write(name, body, client.writer()::overwrite);
  }

  @Override
  public List<Entry> list(String prefix) throws IOException {
    String folder = Names.folder(location, prefix);
    Path path = folder.isEmpty() ? root : path(folder);
    try {
      return lookUp(Verb.LIST, prefix, () -> entries(path, new ArrayList<>()));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public OptionalLong length(String name) throws IOException {
    Path path = path(name);
    try {
      FileStatus status = lookUp(Verb.READ, name, () -> client.files().getFileStatus(path));
      return status.isDirectory() ? OptionalLong.empty() : OptionalLong.of(status.getLen());
    } catch (FileNotFoundException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public Survey survey(String prefix) throws IOException {
    String folder = Names.folder(location, prefix);
    Path path = folder.isEmpty() ? root : path(folder);
    return lookUp(Verb.LIST, prefix, () -> survey(path));
  }

  private Survey survey(Path folder) throws IOException {
    List<String> folders = new ArrayList<>();
    for (FileStatus status : client.files().listStatus(folder)) {
      if (status.isDirectory() && ObjectStore.isName(status.getPath().getName())) {
        folders.add(status.getPath().getName());
      }
    }
    List<Survey.Aside> aside = new ArrayList<>();
    List<Entry> entries = entries(folder, aside);
    folders.sort(Comparator.naturalOrder());
    aside.sort(Comparator.comparing(Survey.Aside::name));
    return new Survey(entries, folders, aside);
  }

  @Override
  public void delete(String name) throws IOException {
    Path path = path(name);
    try {
      lookUp(
          Verb.DELETE,
          name,
          () -> {
            if (client.files().delete(path, false)) {
              client.writer().deleteEmptyFolders(path.getParent(), root);
            }
            return null;
          });
    } catch (FileNotFoundException | PathIsNotEmptyDirectoryException e) {
      return; // no object has this name
    }
  }

  @Override
  public boolean move(String folder, ObjectStore to) throws IOException {
    if (!(to instanceof HadoopStore other) || client != other.client) {
      return false;
    }
    Path from = path(folder);
    Path target = other.path(folder);
    return client.run(request(Verb.WRITE, folder), root, () -> client.writer().move(from, target));
  }

  private List<Entry> entries(Path folder, List<Survey.Aside> aside) throws IOException {
    List<Entry> entries = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> found = client.files().listFiles(folder, true);
    while (found.hasNext()) {
      FileStatus status = found.next();
      String name = root.toUri().relativize(status.getPath().toUri()).getPath();
      if (status.getPath().equals(folder)) {
        continue;
      }
      if (ObjectStore.isName(name)) {
        entries.add(new Entry(name, status.getLen()));
      } else {
        aside.add(new Survey.Aside(name, reason(name)));
      }
    }
    entries.sort(Comparator.comparing(Entry::name));
    return entries;
  }

  private static Survey.Reason reason(String name) {
    return name.startsWith(".") || name.contains("/.")
        ? Survey.Reason.HIDDEN
        : Survey.Reason.UNUSABLE_NAME;
  }

  private void write(String name, Body body, Publish publish) throws IOException {
    Path path = path(name);
    try {
      client.run(
          request(Verb.WRITE, name),
          root,
          () -> {
            publish.run(path, BodyFailure.marked(body));
            return null;
          });
    } catch (NameTaken taken) {
      taken.written().orTaken(this, name);
    } catch (BodyFailure e) {
      throw e.unmarked();
    }
  }

  /** Runs a call for which a file in place of a folder means that the object does not exist. */
  private <T> T lookUp(Verb verb, String name, Retries.Call<T> call) throws IOException {
    return client.run(
        request(verb, name),
        root,
        () -> {
          try {
            return call.run();
          } catch (IOException e) {
            if (HadoopErrors.isNoFolder(e)) {
              throw (IOException)
                  new FileNotFoundException(object(name) + ": no such object").initCause(e);
            }
            throw e;
          }
        });
  }

  private Request request(Verb verb, String name) {
    return new Request(verb, location, object(name));
  }

  private Path path(String name) {
    URI uri = root.toUri();
    String folder = uri.getPath().endsWith("/") ? uri.getPath() : uri.getPath() + "/";
    return new Path(uri.getScheme(), uri.getAuthority(), folder + Names.checked(location, name));
  }

  private String object(String name) {
    return name.isEmpty() ? location : location + "/" + name;
  }

  private static void refuseSecrets(URI uri) {
    if (uri.getUserInfo() != null) {
      throw new StorageRefused(
          uri.getScheme()
              + "://"
              + uri.getHost()
              + ": a URI with a user in it is refused, since URIs are logged; give credentials by"
              + " Hadoop properties");
    }
  }

  private static void refuseNowhere(String location, URI uri, Map<String, String> properties) {
    if (uri.getAuthority() != null) {
      return;
    }
    Configuration configuration = new Configuration();
    properties.forEach(configuration::set);
    if (!uri.getScheme().equals(FileSystem.getDefaultUri(configuration).getScheme())) {
      throw new StorageRefused(
          location + ": names no host or bucket; write " + uri.getScheme() + "://NAME/...");
    }
  }

  private static StorageRefused noFileSystem(String location, Exception cause) {
    return new StorageRefused(
        location
            + ": this Hadoop ("
            + VersionInfo.getVersion()
            + ") has no file system for it; put hadoop-aws or hadoop-hdfs-client of the same version"
            + " on the class path",
        cause);
  }

  private static String withoutLastSlash(String location) {
    return location.endsWith("/") ? location.substring(0, location.length() - 1) : location;
  }

  /** How a writer publishes an object: by a create or an overwrite. */
  @FunctionalInterface
  private interface Publish {
    void run(Path path, Body body) throws IOException;
  }
}
