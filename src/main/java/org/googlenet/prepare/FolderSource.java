package org.googlenet.prepare;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.format.DataProblem;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;

/**
 * Images in one folder per class: JPEG and PNG files, also in subfolders; other files are skipped.
 * A record's key is the path of its file below the source, without the extension.
 *
 * @param location the folder of the class folders: a path or URI
 * @param classNames the class folders in the order of the labels; if empty, those that hold images,
 *     sorted by name
 */
public record FolderSource(String location, List<String> classNames) implements ImageSource {

  public FolderSource {
    classNames = List.copyOf(classNames);
  }

  /** The kind named {@code folder}. */
  public static final class Kind implements ImageSourceKind {

    @Override
    public String name() {
      return "folder";
    }

    @Override
    public ImageSource source(Inputs inputs) {
      return new FolderSource(inputs.images(), inputs.classNames());
    }
  }

  @Override
  public Listing list(JavaSparkContext spark, Stores stores) throws IOException {
    List<ObjectStore.Entry> files =
        stores.open(location).list("").stream()
            .filter(entry -> ImageRef.isImage(entry.name()))
            .toList();
    List<String> names = classNames.isEmpty() ? sortedClasses(files) : classNames;
    Map<String, Integer> labels = new HashMap<>();
    for (String name : names) {
      labels.put(name, labels.size());
    }
    List<ImageRef> images = new ArrayList<>(files.size());
    for (ObjectStore.Entry file : files) {
      Integer label = labels.get(classOf(file));
      if (label == null) {
        throw new DataProblem(
            String.format(
                Locale.ROOT,
                "%s/%s: folder '%s' is not one of the %d class names; name it, or move the folder away",
                location,
                file.name(),
                classOf(file),
                names.size()));
      }
      images.add(new ImageRef(ImageRef.key(file.name()), label, file.name(), 0, file.bytes()));
    }
    return new Listing(names, images);
  }

  @Override
  public void read(Stores stores, List<ImageRef> images, Visitor visitor) throws IOException {
    ObjectStore store = stores.open(location);
    for (ImageRef image : images) {
      visitor.image(image, read(store, image));
    }
  }

  @Override
  public String place() {
    return location;
  }

  @Override
  public String nameOf(ImageRef image) {
    return location + "/" + image.object();
  }

  private byte[] read(ObjectStore store, ImageRef image) throws IOException {
    try {
      return store.readBytes(image.object(), Math.toIntExact(image.bytes()));
    } catch (FileNotFoundException e) {
      throw new DataProblem(nameOf(image) + ": went away; let nobody change the source", e);
    }
  }

  private List<String> sortedClasses(List<ObjectStore.Entry> files) {
    TreeSet<String> classes = new TreeSet<>();
    for (ObjectStore.Entry file : files) {
      classes.add(classOf(file));
    }
    return List.copyOf(classes);
  }

  private String classOf(ObjectStore.Entry file) {
    int slash = file.name().indexOf('/');
    if (slash < 0) {
      throw new DataProblem(
          "%s/%s: lies in no class folder; move it into one".formatted(location, file.name()));
    }
    return file.name().substring(0, slash);
  }
}
