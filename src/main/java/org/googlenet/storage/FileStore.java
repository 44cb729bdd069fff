package org.googlenet.storage;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An object store in a folder of the local (or a mounted) file system.
 *
 * <p>A write goes to a hidden file in the target's folder and is forced to disk; a create then
 * links it to the target, which the kernel refuses if the target exists, and an overwrite renames
 * it over the target. (Hadoop's local file system replaces files silently and keeps its checksums
 * in separate files; hence java.nio.) Folders appear with the first object in them and disappear
 * with the last one.
 *
 * <p>What may pass (an I/O error, a stale handle, a full disk) is tried again as in the other
 * stores; a read goes on from where it was.
 */
public final class FileStore implements ObjectStore {

  /**
   * A folder may vanish between its creation and the first file in it, if another process deletes.
   */
  private static final int FOLDER_TRIES = 10;

  private static final Duration DEADLINE = Duration.ofMinutes(2);

  /** One for each folder: if the folder fails, it fails for all stores in it. */
  private static final Map<Folder, Retries> RETRIES = new ConcurrentHashMap<>();

  private final String location;
  private final Path root;
  private final Retries retries;

  private record Folder(Path root, Duration deadline) {}

  /**
   * A store in a folder, which need not exist yet.
   *
   * @param location how messages name the folder
   */
  public FileStore(String location, Path root) {
    this(location, root, DEADLINE);
  }

  /**
   * The same with another deadline.
   *
   * @param deadline how long a failing call is tried again
   */
  public FileStore(String location, Path root, Duration deadline) {
    this.location = location;
    this.root = root.toAbsolutePath().normalize();
    this.retries =
        RETRIES.computeIfAbsent(
            new Folder(this.root, deadline),
            folder -> Retries.ofFiles(folder.root().toString(), deadline));
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public boolean isLocal() {
    return true;
  }

  @Override
  public InputStream read(String name) throws IOException {
    return readRange(name, 0, Long.MAX_VALUE);
  }

  @Override
  public InputStream readRange(String name, long offset, long length) throws IOException {
    Request request = request(Verb.READ, name);
    FileReader file = new FileReader(request.object(), path(name));
    FileReader.Opened opened = retries.run(request, file::open);
    return opened.stream(offset, length, retries, request);
  }

  @Override
  public void create(String name, Body body) throws IOException {
    write(
        name,
        (target, unfinished) -> {
          WrittenContent written =
              write(unfinished, out -> WrittenContent.by(BodyFailure.marked(body), out));
          try {
            Files.createLink(target, unfinished);
          } catch (FileAlreadyExistsException e) {
            throw new NameTaken(written, e);
          } catch (UnsupportedOperationException e) {
            throw new FileErrors.NoLinks(e);
          } catch (FileSystemException e) {
            throw FileErrors.isNoLinks(e) ? new FileErrors.NoLinks(e) : e;
          }
        });
  }

  @Override
  public void overwrite(String name, Body body) throws IOException {
    write(
        name,
        (target, unfinished) -> {
          write(unfinished, out -> WrittenContent.run(BodyFailure.marked(body), out));
          Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        });
  }

  @Override
  public List<Entry> list(String prefix) throws IOException {
    Path folder = root.resolve(Names.folder(location, prefix));
    return retries.run(request(Verb.LIST, prefix), () -> entries(folder));
  }

  private List<Entry> entries(Path folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    if (Files.isRegularFile(folder)) {
      return entries;
    }
    Files.walkFileTree(
        folder,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new Visitor(folder, entries));
    entries.sort(Comparator.comparing(Entry::name));
    return entries;
  }

  @Override
  public OptionalLong length(String name) throws IOException {
    Path path = path(name);
    return retries.run(request(Verb.READ, name), () -> FileReader.length(path));
  }

  @Override
  public Survey survey(String prefix) throws IOException {
    Path folder = root.resolve(Names.folder(location, prefix));
    return retries.run(
        request(Verb.LIST, prefix),
        () -> {
          if (!Files.exists(folder)) {
            throw new FileNotFoundException(folder + ": no such folder");
          }
          if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
          }
          return FileSurvey.of(root, folder);
        });
  }

  @Override
  public void delete(String name) throws IOException {
    Path target = path(name);
    retries.run(
        request(Verb.DELETE, name),
        () -> {
          try {
            if (!Files.isDirectory(target)) {
              Files.deleteIfExists(target);
              deleteEmptyFolders(target.getParent());
            }
          } catch (IOException e) {
            if (!FileErrors.isNoFolder(e)) {
              throw e;
            }
          }
          return null;
        });
  }

  @Override
  public boolean move(String folder, ObjectStore to) throws IOException {
    if (!(to instanceof FileStore other)) {
      return false;
    }
    Path from = path(folder);
    Path target = other.path(folder);
    return retries.run(request(Verb.WRITE, folder), () -> moveOnce(from, target, other));
  }

  private boolean moveOnce(Path from, Path target, FileStore other) throws IOException {
    if (!Files.isDirectory(from)) {
      return true;
    }
    if (Files.exists(target)) {
      return false;
    }
    try {
      Files.createDirectories(target.getParent());
      Files.move(from, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      other.deleteEmptyFolders(target.getParent());
      return false;
    }
    force(target.getParent());
    force(from.getParent());
    deleteEmptyFolders(from.getParent());
    return true;
  }

  private Request request(Verb verb, String name) {
    return new Request(verb, location, name.isEmpty() ? location : location + "/" + name);
  }

  private Path path(String name) {
    return root.resolve(Names.checked(location, name));
  }

  /** All tries share one unfinished file, which is deleted in the end. */
  private void write(String name, Publish publish) throws IOException {
    Path target = path(name);
    Path unfinished = target.resolveSibling(Names.unfinished(target.getFileName().toString()));
    Request request = request(Verb.WRITE, name);
    try {
      retries.run(
          request,
          () -> {
            writeOnce(target, unfinished, publish);
            return null;
          });
    } catch (NameTaken taken) {
      taken.written().orTaken(this, name);
      // The existing object may be ours, linked by a try that failed later.
      retries.run(
          request,
          () -> {
            force(target.getParent());
            return null;
          });
    } catch (BodyFailure e) {
      throw e.unmarked();
    }
  }

  private static void writeOnce(Path target, Path unfinished, Publish publish) throws IOException {
    try {
      Files.deleteIfExists(unfinished);
      publish.run(target, unfinished);
      force(target.getParent());
    } catch (Throwable e) {
      drop(unfinished, e);
      throw e;
    }
    Files.deleteIfExists(unfinished);
  }

  private static void drop(Path unfinished, Throwable failure) {
    try {
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static <T> T write(Path path, BodyRun<T> body) throws IOException {
    try (FileChannel channel = openNew(path)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      T result = body.over(out);
      channel.force(true);
      return result;
    }
  }

  private static FileChannel openNew(Path path) throws IOException {
    for (int i = 1; ; i++) {
      try {
        Files.createDirectories(path.getParent());
        return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      } catch (NoSuchFileException e) {
        if (i == FOLDER_TRIES) {
          throw new FileErrors.FolderNotMade(path.getParent(), e);
        }
      }
    }
  }

  /**
   * Makes a new name in a folder survive a power cut, where the platform lets folders be opened.
   */
  private static void force(Path folder) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(folder, StandardOpenOption.READ);
    } catch (FileSystemException e) {
      return;
    }
    try (channel) {
      channel.force(true);
    }
  }

  private void deleteEmptyFolders(Path innermost) throws IOException {
    for (Path folder = innermost; !folder.equals(root); folder = folder.getParent()) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException e) {
        return;
      }
    }
  }

  /** How a written file gets its final name: by a link or a rename. */
  @FunctionalInterface
  private interface Publish {
    void run(Path target, Path unfinished) throws IOException;
  }

  /** Writes a body to the stream of a file. */
  @FunctionalInterface
  private interface BodyRun<T> {
    T over(OutputStream out) throws IOException;
  }

  private final class Visitor extends SimpleFileVisitor<Path> {

    private final Path start;
    private final List<Entry> entries;

    Visitor(Path start, List<Entry> entries) {
      this.start = start;
      this.entries = entries;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return !folder.equals(start) && isHidden(folder)
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile() && !isHidden(file)) {
        String name = root.relativize(file).toString();
        entries.add(
            new Entry(name.replace(file.getFileSystem().getSeparator(), "/"), attributes.size()));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE; // deleted during the walk, or never there
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
      if (e != null && !(e instanceof NoSuchFileException)) {
        throw e;
      }
      return FileVisitResult.CONTINUE;
    }

    private static boolean isHidden(Path path) {
      return path.getFileName().toString().startsWith(".");
    }
  }
}
