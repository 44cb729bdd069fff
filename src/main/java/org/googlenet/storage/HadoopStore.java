package org.googlenet.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIOException;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.VersionInfo;

/**
 * An object store in HDFS or, through S3A, in an S3 bucket.
 *
 * <p>Writers are kept apart by what each storage really has: on HDFS a rename that refuses an
 * existing target, on S3 a put with {@code If-None-Match} (S3A of Hadoop 3.4.2 and newer), whose
 * refusal comes when the stream is closed.
 */
public final class HadoopStore implements ObjectStore {

  private static final String CONDITIONAL_CREATE = "fs.option.create.conditional.overwrite";

  private final String location;
  private final Path root;
  private final FileSystem files;
  private final Writer writer;

  private HadoopStore(String location, Path root, FileSystem files, Writer writer) {
    this.location = location;
    this.root = root;
    this.files = files;
    this.writer = writer;
  }

  /**
   * Opens an {@code hdfs:} or {@code s3a:} location.
   *
   * @param properties Hadoop properties on top of those of the class path
   * @throws StorageRefused if the URI is malformed or this Hadoop has no file system for it
   * @throws StorageProblem if the storage cannot be reached
   */
  static HadoopStore open(String location, Map<String, String> properties) {
    Configuration configuration = new Configuration();
    properties.forEach(configuration::set);
    try {
      Path root = new Path(location);
      URI uri = root.toUri();
      refuseSecrets(uri);
      refuseNowhere(location, uri, configuration);
      FileSystem files = root.getFileSystem(configuration);
      boolean s3 = "s3a".equalsIgnoreCase(uri.getScheme());
      Writer writer =
          s3 ? new S3Writer(files) : new HdfsWriter(FileContext.getFileContext(uri, configuration));
      return new HadoopStore(withoutLastSlash(location), files.makeQualified(root), files, writer);
    } catch (UnsupportedFileSystemException e) {
      throw noFileSystem(location, e);
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
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
    Path path = path(name);
    return guardedLookup(name, () -> files.open(path));
  }

  @Override
  public InputStream readRange(String name, long offset, long length) throws IOException {
    Path path = path(name);
    return guardedLookup(
        name,
        () -> {
          FSDataInputStream in = files.open(path);
          long end = offset == 0 ? 0 : files.getFileStatus(path).getLen();
          in.seek(Math.min(offset, end));
          return new Limited(in, offset > end ? 0 : length);
        });
  }

  @Override
  public void create(String name, Body body) throws IOException {
    Path path = path(name);
    guarded(
        name,
        () -> {
          try {
            writer.create(path, body);
          } catch (Taken taken) {
            taken.written.orTaken(this, name);
          }
          return null;
        });
  }

  @Override
  public void overwrite(String name, Body body) throws IOException {
    Path path = path(name);
    guarded(
        name,
        () -> {
          writer.overwrite(path, body);
          return null;
        });
  }

  @Override
  public List<Entry> list(String prefix) throws IOException {
    String folder = Names.folder(location, prefix);
    Path path = folder.isEmpty() ? root : path(folder);
    try {
      return guardedLookup(prefix, () -> entries(path));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Path path = path(name);
    try {
      guardedLookup(
          name,
          () -> {
            if (files.delete(path, false)) {
              writer.deleteEmptyFolders(path.getParent(), root);
            }
            return null;
          });
    } catch (FileNotFoundException | PathIsNotEmptyDirectoryException e) {
      return; // there is no object of this name
    }
  }

  private List<Entry> entries(Path folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> found = files.listFiles(folder, true);
    while (found.hasNext()) {
      FileStatus status = found.next();
      String name = root.toUri().relativize(status.getPath().toUri()).getPath();
      if (!status.getPath().equals(folder) && ObjectStore.isName(name)) {
        entries.add(new Entry(name, status.getLen()));
      }
    }
    entries.sort(Comparator.comparing(Entry::name));
    return entries;
  }

  private Path path(String name) {
    URI uri = root.toUri();
    String folder = uri.getPath().endsWith("/") ? uri.getPath() : uri.getPath() + "/";
    return new Path(uri.getScheme(), uri.getAuthority(), folder + Names.checked(location, name));
  }

  private <T> T guarded(String name, Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (AccessControlException | AccessDeniedException | ParentNotDirectoryException e) {
      throw isNoFolder(e) ? inTheWay(name, e) : noPermission(name, e);
    } catch (IOException e) {
      if (e.getClass().getSimpleName().equals("UnknownStoreException")) {
        throw new StorageRefused(object(name) + ": no such bucket; make it, or correct the URI", e);
      }
      if (OneLine.of(e).contains("must both be directories")) {
        throw new StorageRefused(
            object(name) + ": is a folder; move it away, or name another place", e);
      }
      throw e;
    }
  }

  /** As {@link #guarded}, where a file in a folder's place means that the object is not there. */
  private <T> T guardedLookup(String name, Call<T> call) throws IOException {
    return guarded(
        name,
        () -> {
          try {
            return call.run();
          } catch (AccessControlException | ParentNotDirectoryException e) {
            if (isNoFolder(e)) {
              throw (IOException)
                  new FileNotFoundException(object(name) + ": no such object").initCause(e);
            }
            throw e;
          }
        });
  }

  /** HDFS words it as a missing permission to pass through what is no folder. */
  private static boolean isNoFolder(IOException e) {
    return e instanceof ParentNotDirectoryException || OneLine.of(e).contains("not a directory");
  }

  private StorageRefused inTheWay(String name, IOException e) {
    return new StorageRefused(
        object(name)
            + ": a file is in the way where a folder must be ("
            + OneLine.of(e)
            + "); move it, or name another place",
        e);
  }

  private StorageRefused noPermission(String name, IOException e) {
    return new StorageRefused(
        object(name) + ": no permission (" + OneLine.of(e) + "); give this user access", e);
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

  private static void refuseNowhere(String location, URI uri, Configuration configuration) {
    boolean byDefault = uri.getScheme().equals(FileSystem.getDefaultUri(configuration).getScheme());
    if (uri.getAuthority() == null && !byDefault) {
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

  @FunctionalInterface
  private interface Call<T> {
    T run() throws IOException;
  }

  /** How one kind of storage publishes an object. */
  private interface Writer {

    void create(Path path, Body body) throws IOException, Taken;

    void overwrite(Path path, Body body) throws IOException;

    void deleteEmptyFolders(Path innermost, Path root) throws IOException;
  }

  /** The storage refused a create, since the name exists. */
  private static final class Taken extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Written written;

    Taken(Written written, Throwable cause) {
      super(cause);
      this.written = written;
    }
  }

  /** HDFS: a hidden file in the target's folder, renamed by the name node in one step. */
  private record HdfsWriter(FileContext files) implements Writer {

    @Override
    public void create(Path path, Body body) throws IOException, Taken {
      Path unfinished = unfinished(path);
      try {
        Written written = write(unfinished, body);
        try {
          files.rename(unfinished, path, Options.Rename.NONE);
        } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
          throw new Taken(written, e);
        }
      } finally {
        files.delete(unfinished, false);
      }
    }

    @Override
    public void overwrite(Path path, Body body) throws IOException {
      Path unfinished = unfinished(path);
      try {
        write(unfinished, body);
        files.rename(unfinished, path, Options.Rename.OVERWRITE);
      } finally {
        files.delete(unfinished, false);
      }
    }

    @Override
    public void deleteEmptyFolders(Path innermost, Path root) throws IOException {
      for (Path folder = innermost; folder.depth() > root.depth(); folder = folder.getParent()) {
        try {
          files.delete(folder, false);
        } catch (PathIsNotEmptyDirectoryException | FileNotFoundException e) {
          return;
        }
      }
    }

    private Written write(Path unfinished, Body body) throws IOException {
      try (FSDataOutputStream out =
          files.create(
              unfinished, EnumSet.of(CreateFlag.CREATE), Options.CreateOpts.createParent())) {
        Written written = Written.by(body, out);
        out.hsync();
        return written;
      }
    }

    private static Path unfinished(Path path) {
      return new Path(path.getParent(), Names.unfinished(path.getName()));
    }
  }

  /**
   * S3A: a stream that publishes when it is closed and is therefore aborted when its body fails.
   */
  private record S3Writer(FileSystem files) implements Writer {

    @Override
    public void create(Path path, Body body) throws IOException, Taken {
      FSDataOutputStream out = openConditional(path);
      Written written = write(out, body);
      try {
        out.close();
      } catch (IOException e) {
        if (isRefusal(e)) {
          throw new Taken(written, e);
        }
        throw e;
      }
    }

    @Override
    public void overwrite(Path path, Body body) throws IOException {
      FSDataOutputStream out = builder(path).build();
      write(out, body);
      out.close();
    }

    /** S3 has no folders; S3A looks after the markers that stand for them. */
    @Override
    public void deleteEmptyFolders(Path innermost, Path root) {}

    private FSDataOutputStream openConditional(Path path) throws IOException {
      try {
        return builder(path).must(CONDITIONAL_CREATE, true).build();
      } catch (IllegalArgumentException | UnsupportedOperationException e) {
        throw notConditional(path, e); // S3A before 3.4.2 does not know the option
      } catch (PathIOException e) {
        if (OneLine.of(e).contains("Conditional Writes Unavailable")) {
          throw notConditional(path, e);
        }
        throw e;
      }
    }

    private static StorageRefused notConditional(Path path, Exception cause) {
      return new StorageRefused(
          path
              + ": the S3A of Hadoop "
              + VersionInfo.getVersion()
              + " cannot keep two writers apart (no conditional create); use S3A 3.4.2 or newer"
              + " with fs.s3a.create.conditional.enabled, or write to hdfs:",
          cause);
    }

    private FSDataOutputStreamBuilder<?, ?> builder(Path path) {
      return files.createFile(path).recursive().overwrite(true);
    }

    private static Written write(FSDataOutputStream out, Body body) throws IOException {
      try {
        return Written.by(body, out);
      } catch (Throwable e) {
        out.abort();
        throw e;
      }
    }

    /** By name, since a cluster without S3A has no such class. */
    private static boolean isRefusal(Throwable e) {
      return e.getClass().getSimpleName().equals("RemoteFileChangedException");
    }
  }
}
