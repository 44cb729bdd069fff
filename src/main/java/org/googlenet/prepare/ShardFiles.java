package org.googlenet.prepare;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.list.ListShards;
import org.googlenet.storage.Location;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;

/**
 * The files that a user means by the names of shards: files, folders with all below them, globs,
 * and names with braces.
 *
 * @param root the lowest folder that holds them all
 * @param files sorted by name
 */
public record ShardFiles(Location root, List<File> files) {

  private static final Pattern GLOB = Pattern.compile("[*?\\[]");

  /** What lies beside shards, by us and by other libraries, and is none. */
  private static final Pattern BESIDE =
      Pattern.compile(
          "(.*/)?([^/]*\\.(records|idx|index)|_SUCCESS|%s|%s)"
              .formatted(Shard.DESCRIPTION, UnfinishedIndexes.BEGUN));

  /**
   * Up to so many names of a folder are looked up one by one: there may be anything else in it and
   * below it. Each takes a request, and a listing has a thousand names for one.
   */
  private static final int FEW = 100;

  /**
   * A file.
   *
   * @param name in the root
   * @param isNamed whether the user named it, and not only the folder that has it
   */
  public record File(String name, long bytes, boolean isNamed) {}

  /**
   * Looks for the files.
   *
   * @param names as the user gave them
   * @throws DataProblem if a name has no file; all such names are told
   */
  public static ShardFiles of(Stores stores, List<String> names) throws IOException {
    return new Search(stores).run(names);
  }

  /**
   * Whether a name takes a file, or would if there were one.
   *
   * @param name as the user gave it
   */
  public static boolean takes(String name, Location file) {
    return Braces.expand(name).stream()
        .anyMatch(
            each ->
                GLOB.matcher(each).find()
                    ? Glob.of(each).takes(file)
                    : Location.of(each).holds(file));
  }

  /**
   * A name with wildcards.
   *
   * @param folder above the first wildcard
   * @param matcher of names in the folder
   */
  private record Glob(Location folder, PathMatcher matcher) {

    static Glob of(String name) {
      Matcher wildcard = GLOB.matcher(name);
      int end = wildcard.find() ? wildcard.start() : name.length();
      int slash = name.substring(0, end).lastIndexOf('/');
      String pattern = name.substring(slash + 1);
      try {
        return new Glob(
            Location.of(slash < 0 ? "." : name.substring(0, slash + 1)),
            FileSystems.getDefault().getPathMatcher("glob:" + pattern));
      } catch (IllegalArgumentException e) {
        throw new PrepareRefused(name + ": is not a glob (" + e.getMessage() + ")");
      }
    }

    boolean takes(String below) {
      return matcher.matches(Path.of(below));
    }

    boolean takes(Location file) {
      return folder.holds(file) && takes(folder.nameOf(file));
    }
  }

  private static final class Search {

    private final Stores stores;
    private final Map<Location, Found> found = new TreeMap<>(Comparator.comparing(Location::text));
    private final List<String> missing = new ArrayList<>();

    private record Found(long bytes, boolean isNamed) {}

    Search(Stores stores) {
      this.stores = stores;
    }

    ShardFiles run(List<String> names) throws IOException {
      Map<Location, List<String>> byFolder = new LinkedHashMap<>();
      for (String name : names) {
        for (String each : Braces.expand(name)) {
          if (GLOB.matcher(each).find()) {
            glob(each);
          } else {
            byFolder.computeIfAbsent(Location.of(each).folder(), f -> new ArrayList<>()).add(each);
          }
        }
      }
      for (Map.Entry<Location, List<String>> folder : byFolder.entrySet()) {
        named(folder.getKey(), folder.getValue());
      }
      if (!missing.isEmpty()) {
        throw missing();
      }
      return files();
    }

    /** Names of one folder: files, which are looked up unless they are many, or folders. */
    private void named(Location folder, List<String> names) throws IOException {
      ObjectStore store = stores.open(folder.text());
      Map<String, Long> listed = new TreeMap<>();
      if (names.size() > FEW) {
        for (ObjectStore.Entry entry : store.list("")) {
          listed.put(entry.name(), entry.bytes());
        }
      }
      for (String name : names) {
        Location place = Location.of(name);
        Long bytes = names.size() > FEW ? listed.get(place.name()) : length(store, place.name());
        if (bytes != null) {
          found.put(place, new Found(bytes, true));
        } else if (!folder(name)) {
          missing.add(name);
        }
      }
    }

    private static Long length(ObjectStore store, String name) throws IOException {
      OptionalLong length = ObjectStore.isName(name) ? store.length(name) : OptionalLong.empty();
      return length.isPresent() ? length.getAsLong() : null;
    }

    /** Adds all below a folder; false if there is nothing. */
    private boolean folder(String name) throws IOException {
      Location folder = Location.of(name);
      List<ObjectStore.Entry> entries = stores.open(folder.text()).list("");
      for (ObjectStore.Entry entry : entries) {
        if (!isBeside(entry.name())) {
          found.putIfAbsent(folder.resolve(entry.name()), new Found(entry.bytes(), false));
        }
      }
      return !entries.isEmpty();
    }

    private void glob(String name) throws IOException {
      Glob glob = Glob.of(name);
      boolean isEmpty = true;
      for (ObjectStore.Entry entry : stores.open(glob.folder().text()).list("")) {
        if (glob.takes(entry.name()) && !isBeside(entry.name())) {
          found.put(glob.folder().resolve(entry.name()), new Found(entry.bytes(), true));
          isEmpty = false;
        }
      }
      if (isEmpty) {
        missing.add(name);
      }
    }

    private static boolean isBeside(String name) {
      return BESIDE.matcher(name).matches() || ListShards.isShard(name);
    }

    private DataProblem missing() {
      int more = missing.size() - 1;
      return new DataProblem(
          "%s: there is no such file or folder%s; name shards that exist"
              .formatted(
                  missing.get(0),
                  more == 0
                      ? ""
                      : String.format(
                          Locale.ROOT,
                          ", and so with %d more, the last %s",
                          more,
                          missing.get(more))));
    }

    private ShardFiles files() {
      if (found.isEmpty()) {
        throw new PrepareRefused("no shards are named; name files, folders or globs");
      }
      List<Location> folders = found.keySet().stream().map(Location::folder).toList();
      Location root =
          Location.common(folders)
              .orElseThrow(
                  () ->
                      new PrepareRefused(
                          "the shards lie in different stores, as %s and %s; index them as data sets of their own"
                              .formatted(folders.get(0), folders.get(folders.size() - 1))));
      List<File> files = new ArrayList<>();
      found.forEach(
          (place, each) -> files.add(new File(root.nameOf(place), each.bytes(), each.isNamed())));
      files.sort(Comparator.comparing(File::name));
      return new ShardFiles(root, List.copyOf(files));
    }
  }
}
