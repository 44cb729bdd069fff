package org.googlenet.storage;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/**
 * An object store in a folder of the local (or a mounted) file system.
 *
 * <p>A write goes to a hidden file in the target's folder and is forced to disk; a create then
 * links it to the target, which the kernel refuses if the target exists, and an overwrite renames
 * it over the target. (Hadoop's local file system replaces silently, and keeps its checksums in
 * files of their own; hence java.nio.) Folders appear with the first object in them and go with the
 * last one.
 */
public final class FileStore implements ObjectStore {

  /** A folder can vanish between its making and the first file in it, when another deletes. */
  private static final int FOLDER_TRIES = 10;

  private final String location;
  private final Path root;

  /**
   * A store in a folder, which need not exist yet.
   *
   * @param location how messages name the folder
   */
  public FileStore(String location, Path root) {
    this.location = location;
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public InputStream read(String name) throws IOException {
    return Channels.newInputStream(open(name));
  }

  @Override
  public InputStream readRange(String name, long offset, long length) throws IOException {
    SeekableByteChannel channel = open(name);
    channel.position(offset);
    return new Limited(Channels.newInputStream(channel), length);
  }

  @Override
  public void create(String name, Body body) throws IOException {
    Path target = path(name);
    try {
      Unfinished file = write(target, body);
      try {
        Files.createLink(target, file.path());
        force(target.getParent());
      } catch (FileAlreadyExistsException e) {
        file.written().orTaken(this, name);
      } catch (UnsupportedOperationException e) {
        throw noLinks(name, e);
      } finally {
        Files.deleteIfExists(file.path());
      }
    } catch (FileSystemException e) {
      throw refusedOr(name, e);
    }
  }

  @Override
  public void overwrite(String name, Body body) throws IOException {
    Path target = path(name);
    try {
      Unfinished file = write(target, body);
      try {
        Files.move(file.path(), target, StandardCopyOption.ATOMIC_MOVE);
        force(target.getParent());
      } finally {
        Files.deleteIfExists(file.path());
      }
    } catch (FileSystemException e) {
      throw refusedOr(name, e);
    }
  }

  @Override
  public List<Entry> list(String prefix) throws IOException {
    Path folder = root.resolve(Names.folder(location, prefix));
    List<Entry> entries = new ArrayList<>();
    if (Files.isRegularFile(folder)) {
      return entries;
    }
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new Visitor(folder, entries));
    } catch (FileSystemException e) {
      throw refusedOr(prefix, e);
    }
    entries.sort(Comparator.comparing(Entry::name));
    return entries;
  }

  @Override
  public void delete(String name) throws IOException {
    Path target = path(name);
    try {
      if (!Files.isDirectory(target) && Files.deleteIfExists(target)) {
        deleteEmptyFolders(target.getParent());
      }
    } catch (FileSystemException e) {
      if (!isNoFolder(e)) {
        throw refusedOr(name, e);
      }
    }
  }

  private SeekableByteChannel open(String name) throws IOException {
    Path path = path(name);
    try {
      if (Files.isDirectory(path)) {
        throw new FileNotFoundException(location + "/" + name + ": is a folder, not an object");
      }
      return Files.newByteChannel(path, StandardOpenOption.READ);
    } catch (FileSystemException e) {
      if (e instanceof NoSuchFileException || isNoFolder(e)) {
        throw (IOException)
            new FileNotFoundException(location + "/" + name + ": no such object").initCause(e);
      }
      throw refusedOr(name, e);
    }
  }

  private Path path(String name) {
    return root.resolve(Names.checked(location, name));
  }

  private static Unfinished write(Path target, Body body) throws IOException {
    Path path = target.resolveSibling(Names.unfinished(target.getFileName().toString()));
    try (FileChannel channel = openNew(path)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      Written written = Written.by(body, out);
      channel.force(true);
      return new Unfinished(path, written);
    } catch (Throwable e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }

  private static FileChannel openNew(Path path) throws IOException {
    for (int i = 1; ; i++) {
      Files.createDirectories(path.getParent());
      try {
        return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      } catch (NoSuchFileException e) {
        if (i == FOLDER_TRIES) {
          throw e;
        }
      }
    }
  }

  /**
   * Makes a new name in a folder outlive a power cut, where the platform lets folders be opened.
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

  /** What cannot get better by another try becomes a line with its remedy. */
  private IOException refusedOr(String name, FileSystemException e) {
    String object = name.isEmpty() ? location : location + "/" + name;
    String reason = e.getReason() == null ? "" : e.getReason().toLowerCase(Locale.ROOT);
    if (e instanceof AccessDeniedException || reason.contains("read-only")) {
      throw new StorageRefused(
          object
              + ": no permission at "
              + e.getFile()
              + "; give this user access, or name another folder",
          e);
    }
    // createDirectories says 'exists' of a file where it needs a folder; a taken object's name is
    // told from that by its reason.
    boolean folderIsFile =
        e instanceof FileAlreadyExistsException
            && e.getReason() == null
            && Files.isRegularFile(Path.of(e.getFile()));
    if (isNoFolder(e) || folderIsFile) {
      throw new StorageRefused(
          object
              + ": "
              + e.getFile()
              + " is in the way, a file where a folder must be; move it, or name another folder",
          e);
    }
    if (reason.contains("is a directory") || e instanceof DirectoryNotEmptyException) {
      throw new StorageRefused(object + ": is a folder; move it away, or name another folder", e);
    }
    if (reason.contains("operation not permitted")) {
      throw noLinks(name, e);
    }
    if (reason.contains("name too long")) {
      throw new StorageRefused(object + ": the name is too long; use a shorter one", e);
    }
    return e;
  }

  private StorageRefused noLinks(String name, Exception cause) {
    return new StorageRefused(
        location
            + "/"
            + name
            + ": this file system has no hard links, without which two writers cannot be kept"
            + " apart; name a folder on another one",
        cause);
  }

  private static boolean isNoFolder(FileSystemException e) {
    return e instanceof NotDirectoryException || "Not a directory".equals(e.getReason());
  }

  private record Unfinished(Path path, Written written) {}

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
        return FileVisitResult.CONTINUE; // deleted while we walked, or never there
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
