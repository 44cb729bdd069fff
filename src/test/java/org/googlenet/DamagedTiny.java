package org.googlenet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.io.FileUtils;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.format.Record;

/**
 * The tiny training with records that cannot be used. Its 36 records are one block, so they are
 * read in their order: those of a round of 16 by worker 0 and then by worker 1.
 */
public final class DamagedTiny {

  /** Which records of the training set are bad: an image, a label, a record, an image. */
  public static final List<Integer> BAD = List.of(3, 10, 20, 34);

  private DamagedTiny() {}

  /** With the records {@link #BAD}, and one of the validation set. */
  public static TinyTraining in(Path folder) {
    return in(folder, BAD);
  }

  /** With these records, all of them images if they are not {@link #BAD}. */
  public static TinyTraining in(Path folder, List<Integer> bad) {
    TinyTraining tiny = TinyTraining.in(folder);
    Path train = tiny.folder().resolve("train");
    List<Record> good = SampleRecords.train(TinyTraining.EXAMPLES);
    try {
      FileUtils.deleteDirectory(train.toFile());
      FileUtils.deleteDirectory(tiny.validation().toFile());
      SampleRecords.write(
          train,
          "train",
          IntStream.range(0, good.size())
              .mapToObj(i -> bad.contains(i) ? damaged(good.get(i), i) : good.get(i))
              .toList());
      if (bad.contains(20)) {
        damageHeader(train.resolve("train-00000.tar"), good.get(20).key());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Record> validation = SampleRecords.validation(TinyTraining.VALIDATION_EXAMPLES);
    SampleRecords.write(
        tiny.validation(),
        "validation",
        IntStream.range(0, validation.size())
            .mapToObj(i -> i == 5 ? damaged(validation.get(i), i) : validation.get(i))
            .toList());
    return tiny;
  }

  private static Record damaged(Record good, int number) {
    return switch (number) {
      case 10 -> new Record(good.key(), good.image(), 77);
      case 20 -> good;
      default ->
          new Record(
              good.key(), Arrays.copyOf(good.image(), good.image().length / 2), good.label());
    };
  }

  /** Makes the length of a record's first entry no number. */
  private static void damageHeader(Path tar, String key) throws IOException {
    byte[] bytes = Files.readAllBytes(tar);
    byte[] name = (key + ".").getBytes(US_ASCII);
    int header = 0;
    while (!Arrays.equals(name, Arrays.copyOfRange(bytes, header, header + name.length))) {
      header += 512;
    }
    bytes[header + 126] = 'x';
    Files.write(tar, bytes);
  }
}
