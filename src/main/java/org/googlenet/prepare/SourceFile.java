package org.googlenet.prepare;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.googlenet.data.format.DataProblem;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;

/**
 * A file that the user named, as its folder and its name there.
 *
 * @param location the folder: a path or URI
 */
record SourceFile(String location, String name) implements Serializable {

  private static final int MAX_TEXT = 16 << 20;

  /** The file at a path or URI. */
  static SourceFile of(String path) {
    int slash = path.lastIndexOf('/');
    if (slash == path.length() - 1) {
      throw new PrepareRefused("'" + path + "' does not name a file; give the path or URI of one");
    }
    String folder = slash < 0 ? "." : path.substring(0, Math.max(slash, 1));
    return new SourceFile(folder, path.substring(slash + 1));
  }

  ObjectStore store(Stores stores) {
    return stores.open(location);
  }

  InputStream read(Stores stores) throws IOException {
    try {
      return store(stores).read(name);
    } catch (FileNotFoundException e) {
      throw missing(e);
    }
  }

  /** The lines of a small text file, stripped of white space, without empty ones. */
  List<String> lines(Stores stores) throws IOException {
    try {
      String text = new String(store(stores).readBytes(name, MAX_TEXT), StandardCharsets.UTF_8);
      // Some editors begin a file with a byte order mark.
      return text.replaceFirst("^\uFEFF", "")
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (FileNotFoundException e) {
      throw missing(e);
    }
  }

  DataProblem missing(FileNotFoundException cause) {
    return new DataProblem(this + ": there is no such file; give the path or URI of one", cause);
  }

  @Override
  public String toString() {
    return location.equals(".") ? name : location + (location.endsWith("/") ? "" : "/") + name;
  }
}
