package org.googlenet.data.format.list;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.RecordIndex;
import org.googlenet.storage.Location;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;

/**
 * Cuts lists of images into shards, each of JSON lines that say what each line of a list is. The
 * same lists give the same shards.
 */
public final class ListShards {

  /** The most lines of a shard: a worker reads all of them for any of its images. */
  static final int MOST = 8192;

  /** No list is called so: the user's own files are never in the way, nor ours taken for lists. */
  private static final String SUFFIX = ".imagelist";

  private static final Pattern LIST = Pattern.compile("(?i).*[.](csv|tsv|jsonl|ndjson)");

  private final ObjectStore output;
  private final String split;
  private final List<ObjectStore.Entry> shards = new ArrayList<>();
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
  private int count;

  private ListShards(ObjectStore output, String split) {
    this.output = output;
    this.split = split;
  }

  /** Whether an object has the name of a shard of a list. */
  public static boolean isShard(String name) {
    return name.endsWith(SUFFIX);
  }

  /** Whether a file of this name is taken for a list. */
  public static boolean isList(String name) {
    return LIST.matcher(name).matches();
  }

  /**
   * Cuts lists. Whether the images are there is not looked at.
   *
   * @param lists absolute paths or URIs; names in a list are relative to its folder
   * @param output where the shards are written
   * @param split what they are named after: {@code train-00000.imagelist}
   * @return the shards
   * @throws DataProblem if there is no such list, or an object in place of a shard is not one
   */
  public static List<ObjectStore.Entry> cut(
      Stores stores, List<String> lists, Fields fields, ObjectStore output, String split)
      throws IOException {
    ListShards shards = new ListShards(output, split);
    for (String list : lists) {
      read(stores, list, fields, shards.new Lines());
    }
    shards.write();
    return List.copyOf(shards.shards);
  }

  /**
   * Reads a list. Whether the images are there is not looked at.
   *
   * @param list an absolute path or URI; names in the list are relative to its folder
   * @param visitor is told images by their absolute paths or URIs
   * @throws DataProblem if there is no such list
   */
  public static void read(Stores stores, String list, Fields fields, ImageList.Visitor visitor)
      throws IOException {
    Location place = Location.absolute(list);
    Location folder = place.folder();
    try (InputStream in = stores.open(folder.text()).read(place.name())) {
      ImageList.read(in, "list " + list, fields, new Resolving(folder, visitor));
    } catch (FileNotFoundException e) {
      throw new DataProblem("list " + list + ": does not exist; name the right file", e);
    }
  }

  private void add(ListLine line) throws IOException {
    lines.writeBytes(line.toBytes());
    count++;
    if (count == MOST) {
      write();
    }
  }

  private void write() throws IOException {
    if (count == 0) {
      return;
    }
    byte[] shard = lines.toByteArray();
    String name = String.format(Locale.ROOT, "%s-%05d%s", split, shards.size(), SUFFIX);
    if (!isThere(name, shard)) {
      // An index is kept by its shard's length, which may be the same for another list.
      if (RecordIndex.isThere(output, name)) {
        output.delete(RecordIndex.nameOf(name));
      }
      output.overwrite(name, ObjectStore.Body.of(shard));
    }
    shards.add(new ObjectStore.Entry(name, shard.length));
    lines.reset();
    count = 0;
  }

  private boolean isThere(String name, byte[] shard) throws IOException {
    byte[] there;
    try {
      there = output.readStart(name, shard.length + 1);
    } catch (FileNotFoundException e) {
      return false;
    }
    if (!new String(there, StandardCharsets.UTF_8).startsWith(ListLine.START)) {
      throw new DataProblem(
          "%s/%s: is in the way, and not a shard of a list by 'googlenet index'; move it, or name another output"
              .formatted(output.location(), name));
    }
    return Arrays.equals(there, shard);
  }

  private final class Lines implements ImageList.Visitor {

    @Override
    public void image(int line, String image, String label, String key) throws IOException {
      add(ListLine.image(line, image, label, key));
    }

    @Override
    public void bad(int line, String reason) throws IOException {
      add(ListLine.bad(line, reason));
    }

    @Override
    public void passedOver(int line, String kind) throws IOException {
      add(ListLine.passedOver(line, kind));
    }
  }

  /** Passes images on by their absolute places. */
  private record Resolving(Location folder, ImageList.Visitor visitor)
      implements ImageList.Visitor {

    @Override
    public void image(int line, String image, String label, String key) throws IOException {
      String uri = resolved(image);
      if (uri == null) {
        bad(line, "'" + image + "' is not the name of a file that can be read");
      } else {
        visitor.image(line, uri, label, key);
      }
    }

    @Override
    public void bad(int line, String reason) throws IOException {
      visitor.bad(line, reason);
    }

    @Override
    public void passedOver(int line, String kind) throws IOException {
      visitor.passedOver(line, kind);
    }

    /** A path or URI from the root on, without {@code .} and {@code ..}; null if there is none. */
    private String resolved(String image) {
      Location place =
          Location.isAbsolute(image) ? Location.absolute(image) : folder.resolve(image);
      Location whole = place.normalized();
      return ObjectStore.isName(whole.name()) ? whole.text() : null;
    }
  }
}
