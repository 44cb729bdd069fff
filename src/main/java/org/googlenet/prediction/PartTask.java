package org.googlenet.prediction;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.googlenet.common.Sha256;
import org.googlenet.evaluation.ImageClassifier;
import org.googlenet.evaluation.Predictor.Ranked;
import org.googlenet.prediction.Part.RecordName;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * Predicts a part, unless it is there: its rows go to a file of this machine, and from there to
 * their object, which appears when it is whole. Tries of one part write the same bytes under the
 * same name, so that none of them leaves a row twice.
 *
 * @param topK how many classes a row has
 */
record PartTask(
    PredictionFiles files,
    ImageClassifier.Spec spec,
    List<String> classNames,
    int topK,
    RowFormat format)
    implements Serializable {

  /** How many unreadable records of a part are known by more than their number. */
  static final int NAMED = 10;

  /**
   * A part and its place.
   *
   * @param number among the parts, from 0
   */
  record Numbered(int number, Part part) implements Serializable {}

  /** What came of a part, by its number. */
  record Finished(int number, PartResult result) implements Serializable {}

  /**
   * What is known of a part.
   *
   * @param result what the manifest says of it; null if there is none
   */
  record Known(int number, String name, PartResult result) implements Serializable {

    /** The part if it is finished and still there; nothing if it is not. */
    Iterator<Finished> finished(PredictionFiles files) {
      return whole(files, name, result).map(found -> new Finished(number, found)).stream()
          .iterator();
    }
  }

  /** Makes a part, unless another try or another driver's job has finished it meanwhile. */
  Finished run(Numbered numbered, float[] parameters) {
    String name = format.partName(numbered.number());
    Optional<PartResult> there = whole(files, name, null);
    return new Finished(
        numbered.number(),
        there.isPresent() ? there.get() : written(name, numbered.part(), parameters));
  }

  private static Optional<PartResult> whole(PredictionFiles files, String name, PartResult known) {
    try {
      Optional<PartResult> result = known == null ? files.finished(name) : Optional.of(known);
      return result.isPresent() && files.isThere(result.get()) ? result : Optional.empty();
    } catch (IOException e) {
      throw StorageProblem.at(files.location() + "/" + name, e);
    }
  }

  private PartResult written(String name, Part part, float[] parameters) {
    try {
      return write(name, part, parameters);
    } catch (UncheckedIOException e) {
      throw StorageProblem.at(files.location() + "/" + name, e.getCause());
    } catch (IOException e) {
      throw StorageProblem.at(files.location() + "/" + name, e);
    }
  }

  private PartResult write(String name, Part part, float[] parameters) throws IOException {
    File file = SparkEnv.get().blockManager().diskBlockManager().createTempLocalBlock()._2();
    try {
      Counts counts = predict(part, parameters, file.toPath());
      PartResult result =
          new PartResult(
              name,
              counts.rows,
              counts.unreadable,
              file.length(),
              sha256(file.toPath()),
              counts.first);
      files.store().overwrite(name, out -> Files.copy(file.toPath(), out));
      files.note(result);
      return result;
    } finally {
      Files.deleteIfExists(file.toPath());
    }
  }

  private Counts predict(Part part, float[] parameters, Path file) throws IOException {
    Stores stores = files.stores();
    try (RowWriter rows = format.open(file, spec.hasFeatures())) {
      Counts counts = new Counts(rows);
      try (ImageClassifier<RecordName> classifier =
          new ImageClassifier<>(spec, parameters, counts::add)) {
        part.read(
            stores,
            new Part.Visitor() {
              @Override
              public void image(RecordName name, byte[] encoded) {
                classifier.add(ImageClassifier.Input.read(name, encoded));
              }

              @Override
              public void unreadable(RecordName name, String why) {
                classifier.add(ImageClassifier.Input.unreadable(name, why));
              }
            });
        classifier.end();
      }
      return counts;
    }
  }

  /** Writes answers as rows, and counts them. */
  private final class Counts {

    private final RowWriter writer;
    private final ArrayList<String> first = new ArrayList<>();
    private long rows;
    private long unreadable;

    Counts(RowWriter writer) {
      this.writer = writer;
    }

    void add(ImageClassifier.Answer<RecordName> answer) {
      rows++;
      if (answer.error() != null) {
        unreadable++;
        if (first.size() < NAMED) {
          first.add(answer.of().key() + ": " + answer.error());
        }
      }
      try {
        writer.write(row(answer));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private PredictionRow row(ImageClassifier.Answer<RecordName> answer) {
    List<Ranked> classes =
        answer.best(topK).stream()
            .map(
                guess ->
                    new Ranked(classNames.get(guess.label()), guess.label(), guess.probability()))
            .toList();
    return new PredictionRow(
        answer.of().key(),
        answer.of().label(),
        answer.error() == null ? classes : null,
        answer.features(),
        answer.error());
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = Sha256.digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return Sha256.hex(digest.digest());
  }
}
