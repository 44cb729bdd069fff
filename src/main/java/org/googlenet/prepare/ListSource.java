package org.googlenet.prepare;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.IndexOptions;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.LabelText;
import org.googlenet.data.format.list.ImageList;
import org.googlenet.data.format.list.ListFormat;
import org.googlenet.data.format.list.ListShards;
import org.googlenet.storage.Location;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageRefused;
import org.googlenet.storage.Stores;

/**
 * Images that lie anywhere and are named by lists, in CSV or JSON lines.
 *
 * <p>An image's object is its path or URI, its offset the line that names it. How many bytes it has
 * is not known before it is read.
 *
 * @param lists paths or URIs of the lists, as {@link ForeignSource} has those of shards
 */
public record ListSource(String lists, IndexOptions options) implements ImageSource {

  /** The kind named {@code list}. */
  public static final class Kind implements ImageSourceKind {

    @Override
    public String name() {
      return ListFormat.NAME;
    }

    @Override
    public boolean hasFields() {
      return true;
    }

    @Override
    public ImageSource source(Inputs inputs) {
      return new ListSource(inputs.images(), ForeignSource.options(name(), inputs));
    }
  }

  @Override
  public Listing list(JavaSparkContext spark, Stores stores) throws IOException {
    LabelledImages images = new LabelledImages();
    ShardFiles files = ForeignSource.files(stores, lists);
    for (ShardFiles.File file : files.files()) {
      if (file.isNamed() || ListShards.isList(file.name())) {
        String list = files.root().resolve(file.name()).text();
        ListShards.read(stores, list, options.fields(), new Lines(list, images));
      } else {
        images.omissions().add(Omission.OTHER, file.name());
      }
    }
    return images.listing(this, options);
  }

  /** Takes the lines of a list. */
  private record Lines(String list, LabelledImages images) implements ImageList.Visitor {

    @Override
    public void image(int line, String image, String label, String key) {
      try {
        images.add(key, LabelText.of(label), image, line, 0);
      } catch (IllegalArgumentException e) {
        bad(line, e.getMessage());
      }
    }

    @Override
    public void bad(int line, String reason) {
      images
          .omissions()
          .add(
              Omission.RECORD,
              String.format(Locale.ROOT, "%s: line %d: %s; mend or remove it", list, line, reason));
    }

    @Override
    public void passedOver(int line, String kind) {
      images
          .omissions()
          .add(Omission.OTHER, String.format(Locale.ROOT, "line %d of %s", line, list));
    }
  }

  @Override
  public void read(Stores stores, List<ImageRef> images, Visitor visitor) throws IOException {
    Map<String, ObjectStore> folders = new HashMap<>();
    for (ImageRef image : images) {
      Location place = Location.of(image.object());
      ObjectStore store;
      try {
        store = folders.computeIfAbsent(place.folder().text(), stores::open);
      } catch (StorageRefused e) {
        // Of no kind that can be read, such as http; what a storage refuses later is no bad image.
        visitor.gone(image, new DataProblem(nameOf(image) + ": " + e.getMessage(), e));
        continue;
      }
      byte[] encoded;
      try {
        encoded = store.readBytes(place.name(), PrepareJob.MAX_IMAGE);
      } catch (FileNotFoundException e) {
        visitor.gone(
            image,
            new DataProblem(nameOf(image) + ": does not exist; mend the line, or remove it", e));
        continue;
      }
      visitor.image(image, encoded);
    }
  }

  @Override
  public String place() {
    return lists;
  }

  @Override
  public String nameOf(ImageRef image) {
    return String.format(Locale.ROOT, "%s: line %d: %s", lists, image.offset(), image.object());
  }
}
