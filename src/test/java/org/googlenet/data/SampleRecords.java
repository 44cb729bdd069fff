package org.googlenet.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.TarShard;
import org.googlenet.storage.Stores;

/** Data sets of a few real images, taken out of data/sample. */
public final class SampleRecords {

  /** Trousers, sneakers and bags, which a network soon tells apart. */
  private static final Set<Integer> EASY = Set.of(1, 7, 8);

  private static final Path SAMPLE = Path.of("data/sample");
  private static final Stores STORES = new Stores(Map.of());

  private SampleRecords() {}

  /** The first so many training images of three classes that are easy to tell apart. */
  public static List<Record> train(int count) {
    return first(SAMPLE.resolve("train/train-00000.tar"), count);
  }

  /** The first so many validation images of the same classes. */
  public static List<Record> validation(int count) {
    return first(SAMPLE.resolve("validation/validation-00000.tar"), count);
  }

  /** A data set in one shard, with the ten classes of data/sample. */
  public static Dataset write(Path folder, String split, List<Record> records) {
    return write(folder, split, classNames(), records);
  }

  /** A data set in one shard. */
  public static Dataset write(
      Path folder, String split, List<String> classNames, List<Record> records) {
    String location = folder.toString();
    try {
      Shard shard =
          TarShard.write(
              STORES.open(location),
              split + "-00000.tar",
              sink -> {
                for (Record record : records) {
                  sink.add(record);
                }
              });
      return Dataset.create(STORES, location, split, classNames, List.of(shard));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of the classes of data/sample. */
  public static List<String> classNames() {
    return Dataset.open(STORES, SAMPLE.resolve("train").toString()).classNames();
  }

  private static List<Record> first(Path shard, int count) {
    List<Record> records = new ArrayList<>();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(Files.newInputStream(shard))) {
      while (records.size() < count) {
        TarArchiveEntry image = tar.getNextEntry();
        byte[] encoded = tar.readAllBytes();
        tar.getNextEntry();
        String label = new String(tar.readAllBytes(), StandardCharsets.US_ASCII).strip();
        if (EASY.contains(Integer.valueOf(label))) {
          records.add(new Record(key(image), encoded, Integer.parseInt(label)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  private static String key(TarArchiveEntry image) {
    return image.getName().substring(0, image.getName().lastIndexOf('.'));
  }
}
