package org.googlenet.prediction;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.ForeignFormat;
import org.googlenet.data.format.list.ListShards;
import org.googlenet.prediction.FilesPart.ImageFile;
import org.googlenet.prediction.Part.RecordName;
import org.googlenet.prepare.FileKind;
import org.googlenet.prepare.Omission;
import org.googlenet.prepare.Omissions;
import org.googlenet.prepare.ShardFiles;
import org.googlenet.storage.Location;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import org.googlenet.storage.Survey;

/**
 * Finds out what the user named as the data: a data set, images, lists of images, or shards that
 * others wrote.
 *
 * <p>If any file is an image by its name, the data is images. Otherwise the first bytes of each
 * file tell, and lists are taken where there is nothing else.
 */
final class DataFinder {

  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

  private static final String OTHER = "";
  private static final String IMAGE = "image";

  private final JavaSparkContext spark;
  private final Stores stores;
  private final Fields fields;
  private final int partSize;
  private final Omissions omissions = new Omissions();

  /**
   * Files below a folder.
   *
   * @param aside names that cannot be read, with the reason
   */
  private record Found(Location folder, List<Named> files, List<ImageFile> aside) {}

  /**
   * A file.
   *
   * @param isNamed whether the user named it, and not only the folder that has it
   */
  private record Named(String name, long bytes, boolean isNamed) implements Serializable {}

  /**
   * @param fields which fields of others' records are image, label and key
   * @param partSize records of a part
   */
  DataFinder(JavaSparkContext spark, Stores stores, Fields fields, int partSize) {
    this.spark = spark;
    this.stores = stores;
    this.fields = fields.withoutNeedOfLabel();
    this.partSize = partSize;
  }

  /**
   * Plans the predictions of the data.
   *
   * @param data a path, URI, glob, or a name with braces
   * @throws DataProblem if there is nothing of the kind
   */
  PredictionPlan plan(String data) throws IOException {
    if (!isPattern(data) && isDataset(data)) {
      return PredictionPlan.of(Dataset.open(stores, data), partSize);
    }
    Found found = find(data);
    Map<String, String> kinds = kinds(found);
    if (kinds.containsValue(IMAGE)) {
      return images(data, found, kinds);
    }
    List<ShardPart> shards = shards(found, kinds);
    List<Named> lists =
        found.files().stream().filter(file -> ListShards.isList(file.name())).toList();
    if (!shards.isEmpty()) {
      lists.forEach(list -> omissions.add(Omission.OTHER, list.name()));
      return PredictionPlan.of(data, shards, fields, omissions);
    }
    if (!lists.isEmpty()) {
      return lists(data, found, lists);
    }
    throw new DataProblem(
        data + ": holds no images, shards or lists; name a place that holds some");
  }

  /** Whether a name is one of several, and not that of a folder or file. */
  static boolean isPattern(String data) {
    return WILDCARD.matcher(data).find();
  }

  private boolean isDataset(String data) throws IOException {
    Location place = Location.of(data);
    boolean isFile = !place.isRoot() && length(place).isPresent();
    return !isFile && stores.open(data).length(Dataset.DESCRIPTION).isPresent();
  }

  private OptionalLong length(Location place) throws IOException {
    return ObjectStore.isName(place.name())
        ? stores.open(place.folder().text()).length(place.name())
        : OptionalLong.empty();
  }

  private Found find(String data) throws IOException {
    Matcher wildcard = WILDCARD.matcher(data);
    if (wildcard.find()) {
      return matching(data, data.lastIndexOf('/', wildcard.start()));
    }
    Location place = Location.of(data);
    OptionalLong length = place.isRoot() ? OptionalLong.empty() : length(place);
    if (length.isPresent()) {
      return new Found(
          place.folder(), List.of(new Named(place.name(), length.getAsLong(), true)), List.of());
    }
    try {
      return surveyed(place, stores.open(data).survey(""));
    } catch (FileNotFoundException e) {
      throw new DataProblem(
          data + ": does not exist; name a data set, a folder, a file or a pattern", e);
    }
  }

  /** Names begin behind the last slash in front of the first wildcard. */
  private Found matching(String pattern, int slash) throws IOException {
    ShardFiles all = ShardFiles.of(stores, List.of(pattern));
    Location folder = Location.of(slash < 0 ? "." : pattern.substring(0, slash + 1));
    List<Named> files = new ArrayList<>();
    for (ShardFiles.File file : all.files()) {
      String name = folder.nameOf(all.root().resolve(file.name()));
      files.add(new Named(name, file.bytes(), file.isNamed()));
    }
    return new Found(folder, files, List.of());
  }

  private Found surveyed(Location folder, Survey survey) {
    List<ImageFile> aside = new ArrayList<>();
    for (Survey.Aside each : survey.aside()) {
      Omissions alone = new Omissions().add(folder.text(), each);
      FileKind kind = FileKind.of(each.name());
      boolean mayBeImage = kind == FileKind.IMAGE || kind == FileKind.UNKNOWN;
      if (mayBeImage && alone.badCount() > 0) {
        String why = alone.bad().get(0).first().get(0);
        aside.add(new ImageFile(new RecordName(each.name(), null), null, why));
      } else {
        omissions.add(folder.text(), each);
      }
    }
    List<Named> files =
        survey.entries().stream()
            .map(entry -> new Named(entry.name(), entry.bytes(), false))
            .toList();
    return new Found(folder, files, aside);
  }

  /**
   * What each file is, by its name: {@link #IMAGE}, the name of a format of shards, or {@link
   * #OTHER}; hidden files and lists are none.
   */
  private Map<String, String> kinds(Found found) {
    Map<String, String> kinds = new HashMap<>();
    List<Named> unknown = new ArrayList<>();
    for (Named file : found.files()) {
      FileKind kind = FileKind.of(file.name());
      if (kind == FileKind.IMAGE) {
        kinds.put(file.name(), IMAGE);
      } else if (kind == FileKind.UNKNOWN
          || (kind == FileKind.OTHER && !ListShards.isList(file.name()))) {
        unknown.add(file);
      } else if (kind == FileKind.HIDDEN) {
        omissions.add(Omission.HIDDEN, file.name());
      }
    }
    if (kinds.containsValue(IMAGE)) {
      // Beside images, only a file without an extension may be another one.
      unknown.removeIf(file -> FileKind.of(file.name()) == FileKind.OTHER);
    }
    kinds.putAll(kindsByContent(found.folder().text(), unknown));
    return kinds;
  }

  /** In tasks, as there may be many, in a storage that is slow to answer. */
  private Map<String, String> kindsByContent(String folder, List<Named> files) {
    if (files.isEmpty()) {
      return Map.of();
    }
    Stores where = stores;
    return spark
        .parallelize(files)
        .mapToPair(file -> new scala.Tuple2<>(file.name(), kindByContent(where, folder, file)))
        .collectAsMap();
  }

  private static String kindByContent(Stores stores, String folder, Named file) {
    try {
      Optional<ForeignFormat> format =
          ForeignFormat.of(ShardPart.source(stores, folder, file.name(), file.bytes()));
      if (format.isPresent()) {
        return format.get().name();
      }
      boolean isImage = FileKind.of(stores.open(folder), file.name(), 0) == FileKind.IMAGE;
      return isImage ? IMAGE : OTHER;
    } catch (FileNotFoundException e) {
      return OTHER;
    } catch (IOException e) {
      throw StorageProblem.at(folder + "/" + file.name(), e);
    }
  }

  private PredictionPlan images(String data, Found found, Map<String, String> kinds) {
    List<ImageFile> images = new ArrayList<>(found.aside());
    Map<String, Long> lengths = new HashMap<>();
    for (Named file : found.files()) {
      String name = file.name();
      if (IMAGE.equals(kinds.get(name))) {
        String place = found.folder().resolve(name).text();
        images.add(new ImageFile(new RecordName(name, null), place, null));
        lengths.put(name, file.bytes());
      } else if (FileKind.of(name) != FileKind.HIDDEN) {
        omissions.add(Omission.OTHER, name);
      }
    }
    images.sort(Comparator.comparing(image -> image.name().key()));
    List<String> identity =
        images.stream()
            .map(image -> image.name().key() + "\t" + lengths.get(image.name().key()))
            .toList();
    return PredictionPlan.of("images", data, images, identity, omissions, partSize);
  }

  private List<ShardPart> shards(Found found, Map<String, String> kinds) {
    List<ShardPart> shards = new ArrayList<>();
    List<Named> others = new ArrayList<>();
    String folder = found.folder().text();
    for (Named file : found.files()) {
      String format = kinds.getOrDefault(file.name(), OTHER);
      if (!format.equals(OTHER)) {
        shards.add(new ShardPart(folder, file.name(), file.bytes(), format, fields));
      } else if (kinds.containsKey(file.name())) {
        others.add(file);
      }
    }
    for (Named file : others) {
      if (file.isNamed()) {
        throw new DataProblem(
            found.folder().resolve(file.name()).text()
                + ": is neither an image nor a shard of a format that is known (webdataset, tfrecord, parquet); name others only");
      }
      omissions.add(Omission.OTHER, file.name());
    }
    return shards;
  }

  private PredictionPlan lists(String data, Found found, List<Named> lists) throws IOException {
    ListedImages listed = new ListedImages(omissions);
    for (Named list : lists) {
      listed.read(stores, found.folder().resolve(list.name()).text(), list.name(), fields);
    }
    if (listed.files().isEmpty()) {
      throw new DataProblem(data + ": names no images; give a line with a path or URI for each");
    }
    return PredictionPlan.of("list", data, listed.files(), listed.identity(), omissions, partSize);
  }
}
