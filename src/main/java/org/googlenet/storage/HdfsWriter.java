package org.googlenet.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.EnumSet;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Publishes objects in HDFS: writes a hidden file in the target's folder, which the name node then
 * renames in one step.
 */
record HdfsWriter(FileContext files) implements Writer {

  @Override
  public void create(Path path, ObjectStore.Body body) throws IOException {
    Path unfinished = unfinished(path);
    WrittenContent written = write(unfinished, out -> WrittenContent.by(body, out));
    try {
      files.rename(unfinished, path, Options.Rename.NONE);
    } catch (FileAlreadyExistsException e) {
      drop(unfinished, e);
      throw new NameTaken(written, e);
    } catch (IOException e) {
      drop(unfinished, e);
      throw e;
    }
  }

  @Override
  public void overwrite(Path path, ObjectStore.Body body) throws IOException {
    Path unfinished = unfinished(path);
    write(unfinished, out -> WrittenContent.run(body, out));
    try {
      files.rename(unfinished, path, Options.Rename.OVERWRITE);
    } catch (IOException e) {
      drop(unfinished, e);
      throw e;
    }
  }

  @Override
  public boolean move(Path folder, Path target) throws IOException {
    if (!files.util().exists(folder)) {
      return true;
    }
    if (files.util().exists(target)) {
      return false;
    }
    files.mkdir(target.getParent(), FsPermission.getDirDefault(), true);
    files.rename(folder, target, Options.Rename.NONE);
    return true;
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

  /** Writes a file whose content survives a power cut of all data nodes before it is renamed. */
  private <T> T write(Path unfinished, BodyRun<T> body) throws IOException {
    try (FSDataOutputStream out =
        files.create(
            unfinished, EnumSet.of(CreateFlag.CREATE), Options.CreateOpts.createParent())) {
      T result = body.over(out);
      out.hsync();
      return result;
    } catch (Throwable e) {
      drop(unfinished, e);
      throw e;
    }
  }

  /** Deletes an unfinished file. If that fails too, it may stay: nothing reads it. */
  private void drop(Path unfinished, Throwable failure) {
    try {
      files.delete(unfinished, false);
    } catch (FileNotFoundException e) {
      return; // never created
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static Path unfinished(Path path) {
    return new Path(path.getParent(), Names.unfinished(path.getName()));
  }

  /** Writes a body to the stream of a file. */
  @FunctionalInterface
  private interface BodyRun<T> {
    T over(FSDataOutputStream out) throws IOException;
  }
}
