package org.googlenet.prepare;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.TarListing;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * ImageNet in the form in which the ILSVRC2012 challenge distributes it. The tars stay packed:
 * images are listed by their offsets, and each is read from its place.
 *
 * <p>Mind the order of the labels: the challenge's own order (that of its validation labels) is not
 * the sorted one, so make both splits with the same file of synsets.
 */
public final class IlsvrcSource {

  private IlsvrcSource() {}

  /** The kind named {@code ilsvrc}. */
  public static final class Kind implements ImageSourceKind {

    @Override
    public String name() {
      return "ilsvrc";
    }

    @Override
    public ImageSource source(Inputs inputs) {
      String synsets = inputs.synsets().orElse("");
      return inputs
          .labels()
          .<ImageSource>map(labels -> new Validation(inputs.images(), labels, synsets))
          .orElseGet(() -> new Train(inputs.images(), synsets));
    }
  }

  /**
   * The training images: a tar that holds one tar of JPEGs per synset ({@code n01440764.tar}).
   *
   * @param tar its path or URI
   * @param synsets path or URI of a text file with a synset at the beginning of each line, in the
   *     order of the labels; if empty, the synsets of the tar, sorted
   */
  public record Train(String tar, String synsets) implements ImageSource {

    @Override
    public Listing list(JavaSparkContext spark, Stores stores) throws IOException {
      SourceFile file = SourceFile.of(tar);
      List<Inner> inner = new ArrayList<>();
      walk(
          stores,
          file,
          0,
          Long.MAX_VALUE,
          (name, offset, bytes) -> {
            if (name.endsWith(".tar")) {
              inner.add(new Inner(synset(name), offset, bytes));
            }
          });
      if (inner.isEmpty()) {
        throw new DataProblem(tar + ": holds no tars of synsets; give the tar of training images");
      }
      List<String> names =
          synsets.isEmpty()
              ? inner.stream().map(Inner::synset).sorted().toList()
              : namesIn(stores, synsets);
      Map<String, Integer> labels = labels(names);
      inner.forEach(each -> checkKnown(each, labels));
      List<ImageRef> images =
          spark
              .parallelize(inner, inner.size())
              .flatMap(each -> images(stores, file, each, labels.get(each.synset())))
              .collect();
      return new Listing(names, images);
    }

    @Override
    public void read(Stores stores, List<ImageRef> images, Visitor visitor) throws IOException {
      readFromTar(stores, SourceFile.of(tar), images, visitor);
    }

    @Override
    public String place() {
      return tar;
    }

    @Override
    public String nameOf(ImageRef image) {
      return tar + ": " + image.key();
    }

    private void checkKnown(Inner inner, Map<String, Integer> labels) {
      if (!labels.containsKey(inner.synset())) {
        throw new DataProblem(
            "%s: synset %s is not in %s; add it there".formatted(tar, inner.synset(), synsets));
      }
    }

    private static Iterator<ImageRef> images(
        Stores stores, SourceFile file, Inner inner, int label) {
      List<ImageRef> images = new ArrayList<>();
      try {
        walk(
            stores,
            file,
            inner.offset(),
            inner.bytes(),
            (name, offset, bytes) -> {
              if (ImageRef.isImage(name)) {
                images.add(new ImageRef(ImageRef.key(name), label, file.name(), offset, bytes));
              }
            });
      } catch (IOException e) {
        throw StorageProblem.at(file.toString(), e);
      }
      return images.iterator();
    }

    private static String synset(String tarName) {
      return tarName.substring(tarName.lastIndexOf('/') + 1, tarName.length() - ".tar".length());
    }

    private static Map<String, Integer> labels(List<String> synsets) {
      // A HashMap, because it travels with the tasks.
      HashMap<String, Integer> labels = new HashMap<>();
      for (String synset : synsets) {
        labels.put(synset, labels.size());
      }
      return labels;
    }

    private record Inner(String synset, long offset, long bytes) implements Serializable {}
  }

  /**
   * The validation images: one tar of JPEGs, and a text file of labels.
   *
   * @param tar its path or URI
   * @param labels path or URI of a text file whose line i is the label, from 1, of the i-th image
   *     in the order of the names
   * @param synsets as for {@link Train}, the first one being label 1; if empty, the labels are the
   *     class names
   */
  public record Validation(String tar, String labels, String synsets) implements ImageSource {

    @Override
    public Listing list(JavaSparkContext spark, Stores stores) throws IOException {
      List<ImageRef> images = sortedImages(stores);
      List<Integer> numbers = numbers(stores);
      if (images.size() != numbers.size()) {
        throw new DataProblem(
            String.format(
                Locale.ROOT,
                "%s: has %d labels for the %d images of %s; give the labels of these images",
                labels,
                numbers.size(),
                images.size(),
                tar));
      }
      int largest = numbers.stream().mapToInt(Integer::intValue).max().orElse(0);
      List<String> names =
          synsets.isEmpty()
              ? IntStream.rangeClosed(1, largest).mapToObj(Integer::toString).toList()
              : namesIn(stores, synsets);
      List<ImageRef> labelled = new ArrayList<>(images.size());
      for (int i = 0; i < images.size(); i++) {
        labelled.add(labelled(images.get(i), i, numbers.get(i), names.size()));
      }
      return new Listing(names, labelled);
    }

    @Override
    public void read(Stores stores, List<ImageRef> images, Visitor visitor) throws IOException {
      readFromTar(stores, SourceFile.of(tar), images, visitor);
    }

    @Override
    public String place() {
      return tar;
    }

    @Override
    public String nameOf(ImageRef image) {
      return tar + ": " + image.key();
    }

    private List<ImageRef> sortedImages(Stores stores) throws IOException {
      SourceFile file = SourceFile.of(tar);
      List<ImageRef> images = new ArrayList<>();
      walk(
          stores,
          file,
          0,
          Long.MAX_VALUE,
          (name, offset, bytes) -> {
            if (ImageRef.isImage(name)) {
              images.add(new ImageRef(ImageRef.key(name), 0, file.name(), offset, bytes));
            }
          });
      images.sort(Comparator.comparing(ImageRef::key));
      return images;
    }

    private List<Integer> numbers(Stores stores) throws IOException {
      List<Integer> numbers = new ArrayList<>();
      for (String line : SourceFile.of(labels).lines(stores)) {
        if (!line.matches("[0-9]{1,7}")) {
          throw new DataProblem(
              String.format(
                  Locale.ROOT,
                  "%s: line %d: '%s' is not a label; each line holds one number from 1",
                  labels,
                  numbers.size() + 1,
                  line));
        }
        numbers.add(Integer.parseInt(line));
      }
      return numbers;
    }

    private ImageRef labelled(ImageRef image, int position, int number, int classes) {
      if (number < 1 || number > classes) {
        throw new DataProblem(
            String.format(
                Locale.ROOT,
                "%s: line %d: label %d is outside 1..%d (there are %d classes); correct the labels",
                labels,
                position + 1,
                number,
                classes,
                classes));
      }
      return new ImageRef(image.key(), number - 1, image.object(), image.offset(), image.bytes());
    }
  }

  private static void walk(
      Stores stores, SourceFile file, long from, long length, TarListing.Visitor visitor)
      throws IOException {
    try {
      TarListing.walk(file.store(stores), file.name(), from, length, visitor);
    } catch (FileNotFoundException e) {
      throw file.missing(e);
    }
  }

  private static List<String> namesIn(Stores stores, String path) throws IOException {
    return SourceFile.of(path).lines(stores).stream()
        .map(line -> line.replaceFirst("\\s.*", ""))
        .toList();
  }

  private static void readFromTar(
      Stores stores, SourceFile file, List<ImageRef> images, ImageSource.Visitor visitor)
      throws IOException {
    for (ImageRef image : images) {
      int length = Math.toIntExact(image.bytes());
      try (InputStream in = file.store(stores).readRange(file.name(), image.offset(), length)) {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
          throw new DataProblem(
              file + ": ends within " + image.key() + " (truncated); copy it again");
        }
        visitor.image(image, bytes);
      }
    }
  }
}
