package org.googlenet.prepare;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.format.DataProblem;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import org.googlenet.storage.Survey;

/**
 * Images in one folder per class, also in subfolders. A file is an image by its extension, or where
 * that does not say what it is, by its first bytes. A record's key is the path of its file below
 * the source, without the extension.
 *
 * @param location the folder of the class folders: a path or URI
 * @param classNames the class folders in the order of the labels; if empty, those that there are,
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
    Survey survey = survey(stores);
    Omissions omissions = new Omissions();
    survey.aside().forEach(aside -> omissions.add(location, aside));
    List<ObjectStore.Entry> files = images(spark, stores, survey.entries(), omissions);
    files = inFolders(files, omissions);
    List<String> names = classNames.isEmpty() ? foundClasses(survey) : classNames;
    Map<String, Integer> labels = new HashMap<>();
    for (String name : names) {
      labels.put(name, labels.size());
    }
    refuseUnknown(files, labels);
    List<ImageRef> images = new ArrayList<>(files.size());
    for (ObjectStore.Entry file : files) {
      int label = labels.get(folderOf(file.name()));
      images.add(new ImageRef(ImageRef.key(file.name()), label, file.name(), 0, file.bytes()));
    }
    return new Listing(
        names, classNames.isEmpty() ? Classes.FOUND : Classes.GIVEN, images, omissions);
  }

  @Override
  public void read(Stores stores, List<ImageRef> images, Visitor visitor) throws IOException {
    ObjectStore store = stores.open(location);
    for (ImageRef image : images) {
      byte[] encoded;
      try {
        encoded = store.readBytes(image.object(), Math.toIntExact(image.bytes()));
      } catch (FileNotFoundException e) {
        visitor.gone(
            image, new DataProblem(nameOf(image) + ": went away; let nobody change the source", e));
        continue;
      }
      visitor.image(image, encoded);
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

  private Survey survey(Stores stores) throws IOException {
    try {
      return stores.open(location).survey("");
    } catch (FileNotFoundException e) {
      throw new DataProblem(location + ": does not exist; name the folder of the class folders", e);
    }
  }

  private List<ObjectStore.Entry> images(
      JavaSparkContext spark, Stores stores, List<ObjectStore.Entry> entries, Omissions omissions)
      throws IOException {
    Map<String, FileKind> kinds = new HashMap<>();
    entries.forEach(entry -> kinds.put(entry.name(), FileKind.of(entry.name())));
    List<String> unknown =
        entries.stream()
            .map(ObjectStore.Entry::name)
            .filter(name -> kinds.get(name) == FileKind.UNKNOWN)
            .toList();
    Set<String> byContent = imagesByContent(spark, stores, unknown);
    List<ObjectStore.Entry> images = new ArrayList<>(entries.size());
    for (ObjectStore.Entry entry : entries) {
      FileKind kind = kinds.get(entry.name());
      if (kind == FileKind.IMAGE || byContent.contains(entry.name())) {
        images.add(entry);
      } else {
        omissions.add(kind == FileKind.HIDDEN ? Omission.HIDDEN : Omission.OTHER, entry.name());
      }
    }
    return images;
  }

  /**
   * Asks the files' content in tasks, as there may be many, in a storage that is slow to answer.
   */
  private Set<String> imagesByContent(JavaSparkContext spark, Stores stores, List<String> names) {
    if (names.isEmpty()) {
      return Set.of();
    }
    return new HashSet<>(
        spark
            .parallelize(new ArrayList<>(names))
            .filter(name -> isImageByContent(stores, name))
            .collect());
  }

  private boolean isImageByContent(Stores stores, String name) {
    try {
      return FileKind.of(stores.open(location), name, 0) == FileKind.IMAGE;
    } catch (FileNotFoundException e) {
      return false;
    } catch (IOException e) {
      throw StorageProblem.at(location + "/" + name, e);
    }
  }

  private List<ObjectStore.Entry> inFolders(List<ObjectStore.Entry> files, Omissions omissions) {
    List<ObjectStore.Entry> inFolders = new ArrayList<>(files.size());
    for (ObjectStore.Entry file : files) {
      if (file.name().indexOf('/') > 0) {
        inFolders.add(file);
      } else {
        omissions.add(
            Omission.CLASS,
            "%s/%s: lies in no class folder; move it into one".formatted(location, file.name()));
      }
    }
    return inFolders;
  }

  private static List<String> foundClasses(Survey survey) {
    return survey.folders().stream()
        .filter(folder -> FileKind.of(folder) != FileKind.HIDDEN)
        .toList();
  }

  private void refuseUnknown(List<ObjectStore.Entry> files, Map<String, Integer> labels) {
    Set<String> unknown = new TreeSet<>();
    for (ObjectStore.Entry file : files) {
      if (!labels.containsKey(folderOf(file.name()))) {
        unknown.add("'" + folderOf(file.name()) + "'");
      }
    }
    if (!unknown.isEmpty()) {
      throw new DataProblem(
          String.format(
              Locale.ROOT,
              "%s: folder %s is not one of the %d class names; name each, or move it away",
              location,
              String.join(", ", unknown),
              labels.size()));
    }
  }

  private static String folderOf(String file) {
    return file.substring(0, file.indexOf('/'));
  }
}
