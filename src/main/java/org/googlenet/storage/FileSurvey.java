package org.googlenet.storage;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;

/** Makes a {@link Survey} of a folder of the file system; links are followed. */
final class FileSurvey extends SimpleFileVisitor<Path> {

  private final Path root;
  private final Path start;
  private final List<ObjectStore.Entry> entries = new ArrayList<>();
  private final List<String> folders = new ArrayList<>();
  private final List<Survey.Aside> aside = new ArrayList<>();

  private FileSurvey(Path root, Path start) {
    this.root = root;
    this.start = start;
  }

  /**
   * Looks through a folder.
   *
   * @param root the store's folder, which names are relative to
   * @throws IOException if a folder cannot be read
   */
  static Survey of(Path root, Path folder) throws IOException {
    FileSurvey survey = new FileSurvey(root, folder);
    Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, survey);
    survey.entries.sort(Comparator.comparing(ObjectStore.Entry::name));
    survey.folders.sort(Comparator.naturalOrder());
    survey.aside.sort(Comparator.comparing(Survey.Aside::name));
    return new Survey(survey.entries, survey.folders, survey.aside);
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    if (folder.equals(start)) {
      return FileVisitResult.CONTINUE;
    }
    if (isHidden(folder)) {
      pass(folder, Survey.Reason.HIDDEN);
      return FileVisitResult.SKIP_SUBTREE;
    }
    if (folder.getParent().equals(start) && isUtf8(folder)) {
      folders.add(folder.getFileName().toString());
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    String name = name(file);
    if (isHidden(file)) {
      pass(file, Survey.Reason.HIDDEN);
    } else if (attributes.isSymbolicLink()) {
      // Attributes are the target's, unless there is none.
      pass(file, Survey.Reason.DANGLING_LINK);
    } else if (!attributes.isRegularFile()) {
      pass(file, Survey.Reason.NOT_A_FILE);
    } else if (!isUtf8(file)) {
      pass(file, Survey.Reason.NOT_UTF_8);
    } else if (!ObjectStore.isName(name)) {
      pass(file, Survey.Reason.UNUSABLE_NAME);
    } else {
      entries.add(new ObjectStore.Entry(name, attributes.size()));
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
    if (e instanceof FileSystemLoopException) {
      pass(file, Survey.Reason.LOOP_OF_LINKS);
    } else if (!(e instanceof NoSuchFileException) || file.equals(start)) {
      throw e;
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
    if (e != null && !(e instanceof NoSuchFileException)) {
      throw e;
    }
    return FileVisitResult.CONTINUE;
  }

  private void pass(Path path, Survey.Reason reason) {
    aside.add(new Survey.Aside(name(path), reason));
  }

  private String name(Path file) {
    return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  /** Whether a path is the one that its text names: bytes that are no text are lost in it. */
  private static boolean isUtf8(Path path) {
    try {
      return path.getFileSystem().getPath(path.toString()).equals(path);
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
