package org.googlenet.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Classifies the errors of files. Java gives the kernel's errors only as text; an error that is not
 * known to be permanent (EIO, ESTALE, ENOSPC, EDQUOT, EMFILE, ETIMEDOUT and the like) may pass.
 */
final class FileErrors implements Errors {

  /** EPERM, EOPNOTSUPP, ENOSYS, EMLINK and EXDEV, from a call that makes a hard link. */
  private static final Set<String> NO_LINKS =
      Set.of(
          "Operation not permitted",
          "Operation not supported",
          "Function not implemented",
          "Too many links",
          "Invalid cross-device link");

  /** The file system does not support hard links, so it cannot keep two writers apart. */
  static final class NoLinks extends HadoopErrors.Final {

    private static final long serialVersionUID = 1L;

    NoLinks(Throwable cause) {
      super("no hard links", cause);
    }
  }

  /** A folder was not there after it had been made some times. */
  static final class FolderNotMade extends HadoopErrors.Final {

    private static final long serialVersionUID = 1L;

    FolderNotMade(Path folder, Throwable cause) {
      super("the folder " + folder + " cannot be made", cause);
    }
  }

  /** Whether a failed link means that the file system does not support hard links. */
  static boolean isNoLinks(FileSystemException e) {
    return NO_LINKS.contains(reason(e));
  }

  /** Whether a file is where a folder must be. */
  static boolean isNoFolder(IOException e) {
    return e instanceof NotDirectoryException || reason(e).equals("Not a directory");
  }

  @Override
  public Verdict judge(IOException e) {
    if (remedy(e) != null) {
      return Verdict.REFUSED;
    }
    if (e instanceof FileNotFoundException
        || e instanceof NoSuchFileException
        || e instanceof FileAlreadyExistsException) {
      return Verdict.ANSWER;
    }
    return HadoopErrors.isOver(e) || e instanceof ClosedChannelException
        ? Verdict.FINAL
        : Verdict.PASSING;
  }

  @Override
  public StorageRefused refused(String object, IOException e) {
    return new StorageRefused(object + ": " + remedy(e), e);
  }

  /** What is wrong and what to do about it, or null if it may pass. */
  private static String remedy(IOException e) {
    if (e instanceof NoLinks) {
      return "this file system has no hard links, without which two writers cannot be kept apart;"
          + " name a folder on another one";
    }
    if (e instanceof FolderNotMade) {
      return e.getMessage() + "; name another";
    }
    if (isNoFolder(e) || isFileForFolder(e)) {
      return inTheWay(e)
          + " is in the way, a file where a folder must be; move it, or name another"
          + " folder";
    }
    if (e instanceof AccessDeniedException) {
      return "no permission at " + file(e) + "; give this user access, or name another folder";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "is a folder; move it away, or name another folder";
    }
    if (e instanceof FileSystemLoopException) {
      return "its links lead back to themselves; mend them, or name another folder";
    }
    return remedy(reason(e), file(e));
  }

  private static String remedy(String reason, String file) {
    return switch (reason) {
      case "Read-only file system" ->
          "no permission at " + file + " (" + reason + "); name another folder";
      case "Permission denied", "Operation not permitted" ->
          "no permission at " + file + "; give this user access, or name another folder";
      case "Is a directory" -> "is a folder; move it away, or name another folder";
      case "File name too long" -> "the name is too long; use a shorter one";
      case "File too large" ->
          "is larger than a file may be here; raise the limit (ulimit -f), or name another folder";
      case "Too many levels of symbolic links",
          "Too many levels of symbolic links or unable to access attributes of symbolic link" ->
          "its links lead back to themselves; mend them, or name another folder";
      case "Invalid argument", "No such device or address", "No such device" ->
          "cannot be used as a file (" + reason + "); name another one";
      default -> null;
    };
  }

  /**
   * createDirectories reports 'exists' for a file that is where it needs a folder; the name of an
   * existing object is told apart from that by its reason.
   */
  private static boolean isFileForFolder(IOException e) {
    return e instanceof FileAlreadyExistsException exists
        && exists.getReason() == null
        && exists.getFile() != null
        && Files.isRegularFile(Path.of(exists.getFile()));
  }

  /** The file itself, or the one above it that is no folder. */
  private static String inTheWay(IOException e) {
    Path there = Path.of(file(e));
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    return there.toString();
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return reason == null ? "" : reason;
  }

  private static String file(IOException e) {
    return e instanceof FileSystemException file && file.getFile() != null
        ? file.getFile()
        : "the file";
  }
}
