package org.googlenet.data.format.list;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;

/** Cuts a list of images into shards of JSON lines, and tells what of the list cannot be used. */
public final class ListShards implements ImageList.Visitor {

  /** The most images of a shard: a worker reads a whole shard's lines for any of its images. */
  static final int MOST = 8192;

  private static final Pattern ABSOLUTE = Pattern.compile("/|[A-Za-z][A-Za-z0-9+.-]+:/.*|/.*");

  private final String location;
  private final String folder;
  private final ObjectStore output;
  private final String split;
  private final List<ObjectStore.Entry> shards = new ArrayList<>();
  private final List<String> bad = new ArrayList<>();
  private final List<String> passedOver = new ArrayList<>();
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
  private int images;

  /**
   * What a list became.
   *
   * @param shards the objects that were written
   * @param bad a message for each line that cannot be used
   * @param passedOver the lines that are not about images
   */
  public record Cut(List<ObjectStore.Entry> shards, List<String> bad, List<String> passedOver) {

    public Cut {
      shards = List.copyOf(shards);
      bad = List.copyOf(bad);
      passedOver = List.copyOf(passedOver);
    }
  }

  private ListShards(String location, ObjectStore output, String split) {
    int slash = location.lastIndexOf('/');
    this.location = location;
    this.folder = slash < 0 ? "" : slash == 0 ? "/" : location.substring(0, slash);
    this.output = output;
    this.split = split;
  }

  /**
   * Cuts a list; the same list gives the same shards. Whether the images are there is not looked
   * at.
   *
   * @param location the list: an absolute path or a URI; names in it are relative to its folder
   * @param output where the shards are written
   * @param split what they are named after: {@code train-00000.jsonl}
   * @throws DataProblem if there is no such list, or it names no images at all
   */
  public static Cut cut(
      Stores stores, String location, Fields fields, ObjectStore output, String split)
      throws IOException {
    ListShards shards = new ListShards(location, output, split);
    int slash = location.lastIndexOf('/');
    try (InputStream in =
        stores
            .open(shards.folder.isEmpty() ? "." : shards.folder)
            .read(location.substring(slash + 1))) {
      ImageList.read(in, "list " + location, fields, shards);
    } catch (FileNotFoundException e) {
      throw new DataProblem("list " + location + ": does not exist; name the right file", e);
    }
    shards.write();
    if (shards.shards.isEmpty()) {
      throw new DataProblem(
          "list %s: names no images%s; give a line 'PATH,LABEL' for each"
              .formatted(
                  location, shards.bad.isEmpty() ? "" : " (" + shards.bad.get(0) + ")"));
    }
    return new Cut(shards.shards, shards.bad, shards.passedOver);
  }

  @Override
  public void image(int line, String image, String label, String key) throws IOException {
    String uri;
    try {
      uri = resolved(image);
    } catch (IllegalArgumentException e) {
      bad(line, e.getMessage());
      return;
    }
    lines.writeBytes(new ListEntry(uri, label, key).toLine());
    images++;
    if (images == MOST) {
      write();
    }
  }

  private void write() throws IOException {
    if (images == 0) {
      return;
    }
    byte[] shard = lines.toByteArray();
    String name = String.format(Locale.ROOT, "%s-%05d.jsonl", split, shards.size());
    output.overwrite(name, ObjectStore.Body.of(shard));
    shards.add(new ObjectStore.Entry(name, shard.length));
    lines.reset();
    images = 0;
  }

  @Override
  public void bad(int line, String reason) {
    bad.add(
        String.format(
            Locale.ROOT, "list %s: line %d: %s; mend or remove it", location, line, reason));
  }

  @Override
  public void passedOver(int line, String kind) {
    passedOver.add(kind + ": line " + line);
  }

  /** A path or URI from the root on, without {@code .} and {@code ..}. */
  private String resolved(String image) {
    String path = ABSOLUTE.matcher(image).matches() ? image : folder + "/" + image;
    Matcher scheme = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+:/(?:/[^/]*)?)(.*)").matcher(path);
    boolean hasScheme = scheme.matches();
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : (hasScheme ? scheme.group(2) : path).split("/", -1)) {
      if (segment.equals("..")) {
        if (segments.pollLast() == null) {
          throw new IllegalArgumentException("image '" + image + "' lies above the root");
        }
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.addLast(segment);
      }
    }
    if (segments.isEmpty() || !ObjectStore.isName(segments.peekLast())) {
      throw new IllegalArgumentException(
          "'" + image + "' is not the name of a file that can be read (hidden, or a folder)");
    }
    return (hasScheme ? scheme.group(1) + "/" : "/") + String.join("/", segments);
  }
}
