package org.googlenet.prepare;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import org.googlenet.data.image.FileType;
import org.googlenet.data.image.ImageHeader;
import org.googlenet.storage.ObjectStore;

/** What a file among images is, by its name, or where that does not say it, by its first bytes. */
public enum FileKind {
  IMAGE,
  /** Its content must be asked. */
  UNKNOWN,
  OTHER,
  HIDDEN;

  /** What lies beside images in large numbers, and is not worth a look. */
  private static final Set<String> OTHERS =
      Set.of(
          "txt", "csv", "tsv", "json", "jsonl", "xml", "yaml", "yml", "md", "html", "htm", "pdf",
          "log", "db", "ini", "zip", "tar", "gz", "tgz", "bz2", "xz", "npy", "npz", "mat", "pkl",
          "h5", "pt", "mp4", "avi", "mov", "mkv", "wav", "mp3", "py", "ipynb", "sh");

  /** What a Mac puts into an archive beside each file. */
  private static final String MAC_FOLDER = "__MACOSX";

  /** What the name of a file says. */
  public static FileKind of(String name) {
    for (String segment : name.split("/", -1)) {
      boolean isPlace = segment.equals(".") || segment.equals("..");
      if ((segment.startsWith(".") && !isPlace) || segment.equals(MAC_FOLDER)) {
        return HIDDEN;
      }
    }
    String file = name.substring(name.lastIndexOf('/') + 1);
    String extension = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (extension.length() == file.length()) {
      return UNKNOWN;
    }
    if (ImageHeader.Format.hasExtension(extension)) {
      return IMAGE;
    }
    return OTHERS.contains(extension) ? OTHER : UNKNOWN;
  }

  /**
   * What the first bytes of a file say: {@code IMAGE}, also of an encoding that is not decoded, or
   * {@code OTHER}.
   *
   * @param offset where the file begins in the object
   */
  public static FileKind of(ObjectStore store, String object, long offset) throws IOException {
    try (InputStream in = store.readRange(object, offset, FileType.BYTES)) {
      return FileType.of(in.readNBytes(FileType.BYTES)).isImage() ? IMAGE : OTHER;
    }
  }
}
