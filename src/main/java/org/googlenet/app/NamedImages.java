package org.googlenet.app;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.googlenet.app.io.Files;
import org.googlenet.common.Problem;
import org.googlenet.data.format.DataProblem;
import org.googlenet.evaluation.Predictor;
import org.googlenet.prepare.FileKind;
import org.googlenet.prepare.Omission;
import org.googlenet.prepare.Omissions;
import org.googlenet.storage.Location;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.StorageRefused;
import org.googlenet.storage.Stores;
import org.googlenet.storage.Survey;

/**
 * The images that a command line names by files, folders, patterns and a list on stdin, one after
 * the other: each name is looked at when it is its turn, and each file read when its bytes are
 * asked for.
 */
final class NamedImages implements Iterator<Predictor.Image> {

  /** The name that stands for a list on stdin. */
  static final String LIST = "-";

  private static final int LARGEST = 64 << 20;
  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

  private final Stores stores;
  private final Iterator<String> names;
  private final BufferedReader list;
  private final Omissions omissions;
  private Iterator<String> lines = Collections.emptyIterator();
  private Iterator<Predictor.Image> images = Collections.emptyIterator();

  /**
   * @param list read where a name is {@link #LIST}
   * @param omissions receives what lies in folders and is not an image
   */
  NamedImages(Stores stores, List<String> names, BufferedReader list, Omissions omissions) {
    this.stores = stores;
    this.names = names.iterator();
    this.list = list;
    this.omissions = omissions;
  }

  /** Whether a name stands for one file, as far as the name says it. */
  static boolean isPlain(String name) {
    return !name.equals(LIST) && !mayBeFolder(name) && !WILDCARD.matcher(name).find();
  }

  /** In an object store only a look tells; files mostly have an extension. */
  private static boolean mayBeFolder(String name) {
    return name.endsWith("/")
        || (Location.isUri(name)
            ? Files.name(name).indexOf('.') < 0
            : java.nio.file.Files.isDirectory(Path.of(name)));
  }

  @Override
  public boolean hasNext() {
    while (!images.hasNext() && (lines.hasNext() || names.hasNext())) {
      String name = lines.hasNext() ? lines.next() : names.next();
      if (name.equals(LIST)) {
        lines = list.lines().filter(line -> !line.isBlank()).iterator();
      } else {
        images = imagesOf(name);
      }
    }
    return images.hasNext();
  }

  @Override
  public Predictor.Image next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no further image is named");
    }
    return images.next();
  }

  private Iterator<Predictor.Image> imagesOf(String name) {
    Optional<Survey> folder = folder(name);
    if (folder.isPresent()) {
      return inFolder(withoutLastSlash(name), folder.get()).iterator();
    }
    if (WILDCARD.matcher(name).find() && !isThere(name)) {
      return matching(name).iterator();
    }
    return List.of(file(name)).iterator();
  }

  private Predictor.Image file(String name) {
    return new Predictor.Image(name, () -> bytes(name));
  }

  private byte[] bytes(String name) {
    byte[] bytes = Files.start(stores, name, LARGEST + 1);
    if (bytes.length > LARGEST) {
      throw new DataProblem(
          name
              + ": has more than the "
              + (LARGEST >> 20)
              + " MiB that an image may have; shrink it");
    }
    return bytes;
  }

  /** What lies in a folder; empty if the name is not that of a folder. */
  private Optional<Survey> folder(String name) {
    if (!mayBeFolder(name)) {
      return Optional.empty();
    }
    try {
      return Optional.of(stores.open(name).survey(""));
    } catch (FileNotFoundException | StorageRefused e) {
      return Optional.empty();
    } catch (IOException e) {
      throw StorageProblem.at(name, e);
    }
  }

  private List<Predictor.Image> inFolder(String folder, Survey survey) {
    survey.aside().forEach(aside -> omissions.add(folder, aside));
    List<Predictor.Image> images = new ArrayList<>();
    for (ObjectStore.Entry entry : survey.entries()) {
      String name = folder.equals(".") ? entry.name() : folder + "/" + entry.name();
      FileKind kind = kind(folder, entry.name());
      if (kind == FileKind.IMAGE) {
        images.add(file(name));
      } else {
        omissions.add(kind == FileKind.HIDDEN ? Omission.HIDDEN : Omission.OTHER, name);
      }
    }
    if (images.isEmpty()) {
      return List.of(
          failing(folder, new DataProblem(folder + ": holds no images; name another folder")));
    }
    return images;
  }

  private FileKind kind(String folder, String name) {
    FileKind kind = FileKind.of(name);
    try {
      return kind == FileKind.UNKNOWN ? FileKind.of(stores.open(folder), name, 0) : kind;
    } catch (FileNotFoundException e) {
      return FileKind.OTHER;
    } catch (IOException e) {
      throw StorageProblem.at(folder + "/" + name, e);
    }
  }

  private boolean isThere(String name) {
    try (InputStream in = stores.open(Files.folder(name)).readRange(Files.name(name), 0, 1)) {
      return in != null;
    } catch (FileNotFoundException | StorageRefused e) {
      return false;
    } catch (IOException e) {
      throw StorageProblem.at(name, e);
    }
  }

  private List<Predictor.Image> matching(String pattern) {
    Matcher wildcard = WILDCARD.matcher(pattern);
    int slash = wildcard.find() ? pattern.lastIndexOf('/', wildcard.start()) : -1;
    String folder = slash < 0 ? "." : pattern.substring(0, Math.max(1, slash));
    List<Predictor.Image> images = new ArrayList<>();
    try {
      PathMatcher matcher =
          FileSystems.getDefault().getPathMatcher("glob:" + pattern.substring(slash + 1));
      for (ObjectStore.Entry entry : stores.open(folder).list("")) {
        if (matcher.matches(Path.of(entry.name()))) {
          images.add(file(pattern.substring(0, slash + 1) + entry.name()));
        }
      }
    } catch (PatternSyntaxException e) {
      return List.of(failing(pattern, new StorageRefused(pattern + ": is no pattern", e)));
    } catch (IOException e) {
      throw StorageProblem.at(folder, e);
    }
    if (images.isEmpty()) {
      return List.of(
          failing(
              pattern, new StorageRefused(pattern + ": there is no such file; check the path")));
    }
    return images;
  }

  private static Predictor.Image failing(String name, Problem why) {
    return new Predictor.Image(
        name,
        () -> {
          throw why;
        });
  }

  private static String withoutLastSlash(String folder) {
    return folder.length() > 1 && folder.endsWith("/")
        ? folder.substring(0, folder.length() - 1)
        : folder;
  }
}
