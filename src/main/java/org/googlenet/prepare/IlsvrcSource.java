package org.googlenet.prepare;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
      Omissions omissions = new Omissions();
      List<Inner> inner = inner(stores, file, omissions);
      List<String> names =
          synsets.isEmpty()
              ? inner.stream().map(Inner::synset).sorted().toList()
              : ClassList.firstWords(stores, synsets);
      Map<String, Integer> labels = labels(names);
      refuseUnknown(inner, labels);
      List<ImageRef> images = new ArrayList<>();
      for (PackedImages packed :
          spark
              .parallelize(inner, inner.size())
              .map(each -> images(stores, file, each, labels.get(each.synset())))
              .collect()) {
        images.addAll(packed.images());
        omissions.add(packed.omissions());
      }
      return new Listing(
          names, synsets.isEmpty() ? Classes.FOUND : Classes.GIVEN, images, omissions);
    }

    /** The tars of synsets, each synset once. */
    private List<Inner> inner(Stores stores, SourceFile file, Omissions omissions)
        throws IOException {
      List<Inner> inner = new ArrayList<>();
      walk(stores, file, 0, Long.MAX_VALUE, new Outer(file, inner, omissions));
      if (inner.isEmpty()) {
        throw new DataProblem(tar + ": holds no tars of synsets; give the tar of training images");
      }
      Set<String> seen = new HashSet<>();
      for (Inner each : inner) {
        if (!seen.add(each.synset())) {
          throw new DataProblem("%s: holds %s.tar twice; remove one".formatted(tar, each.synset()));
        }
      }
      return inner;
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

    private void refuseUnknown(List<Inner> inner, Map<String, Integer> labels) {
      List<String> unknown =
          inner.stream().map(Inner::synset).filter(each -> !labels.containsKey(each)).toList();
      if (!unknown.isEmpty()) {
        throw new DataProblem(
            "%s: synset %s is not in %s; add it there"
                .formatted(tar, String.join(", ", unknown), synsets));
      }
    }

    private static PackedImages images(Stores stores, SourceFile file, Inner inner, int label) {
      try {
        return PackedImages.in(stores, file, inner.offset(), inner.bytes(), label);
      } catch (IOException e) {
        throw StorageProblem.at(file.toString(), e);
      }
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

    private record Outer(SourceFile file, List<Inner> inner, Omissions omissions)
        implements TarListing.Visitor {

      @Override
      public void file(String name, long offset, long bytes) {
        if (FileKind.of(name) == FileKind.HIDDEN) {
          omissions.add(Omission.HIDDEN, name);
        } else if (name.endsWith(".tar")) {
          inner.add(new Inner(synset(name), offset, bytes));
        } else {
          omissions.add(Omission.OTHER, name);
        }
      }

      @Override
      public void link(String name, String target) {
        addLink(file, name, target, omissions);
      }
    }
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
      PackedImages packed = PackedImages.in(stores, SourceFile.of(tar), 0, Long.MAX_VALUE, 0);
      List<ImageRef> images = packed.images();
      images.sort(Comparator.comparing(ImageRef::key));
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
              : ClassList.firstWords(stores, synsets);
      return new Listing(
          names,
          Classes.GIVEN,
          labelled(images, numbers, names.size(), packed.omissions()),
          packed.omissions());
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

    private List<ImageRef> labelled(
        List<ImageRef> images, List<Integer> numbers, int classes, Omissions omissions) {
      List<ImageRef> labelled = new ArrayList<>(images.size());
      for (int i = 0; i < images.size(); i++) {
        ImageRef image = images.get(i);
        int number = numbers.get(i);
        if (number < 1 || number > classes) {
          omissions.add(
              Omission.LABEL,
              String.format(
                  Locale.ROOT,
                  "%s: line %d: label %d is outside 1..%d (there are %d classes); correct the labels",
                  labels,
                  i + 1,
                  number,
                  classes,
                  classes));
        } else {
          labelled.add(
              new ImageRef(image.key(), number - 1, image.object(), image.offset(), image.bytes()));
        }
      }
      return labelled;
    }
  }

  /** The images of a tar, and what else is there. */
  private record PackedImages(ArrayList<ImageRef> images, Omissions omissions)
      implements Serializable {

    static PackedImages in(Stores stores, SourceFile file, long from, long length, int label)
        throws IOException {
      PackedImages packed = new PackedImages(new ArrayList<>(), new Omissions());
      walk(stores, file, from, length, packed.new Gathering(stores, file, label));
      return packed;
    }

    private final class Gathering implements TarListing.Visitor {

      private final Stores stores;
      private final SourceFile file;
      private final int label;

      Gathering(Stores stores, SourceFile file, int label) {
        this.stores = stores;
        this.file = file;
        this.label = label;
      }

      @Override
      public void file(String name, long offset, long bytes) throws IOException {
        FileKind kind = FileKind.of(name);
        if (kind == FileKind.UNKNOWN) {
          kind = FileKind.of(file.store(stores), file.name(), offset);
        }
        if (kind == FileKind.IMAGE) {
          images.add(new ImageRef(ImageRef.key(name), label, file.name(), offset, bytes));
        } else {
          omissions.add(kind == FileKind.HIDDEN ? Omission.HIDDEN : Omission.OTHER, name);
        }
      }

      @Override
      public void link(String name, String target) {
        addLink(file, name, target, omissions);
      }
    }
  }

  private static void addLink(SourceFile file, String name, String target, Omissions omissions) {
    if (FileKind.of(name) == FileKind.HIDDEN) {
      omissions.add(Omission.HIDDEN, name);
    } else {
      omissions.add(
          Omission.LINK,
          "%s: %s is a link to %s; pack the file itself (tar --hard-dereference -h)"
              .formatted(file, name, target));
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

  private static void readFromTar(
      Stores stores, SourceFile file, List<ImageRef> images, ImageSource.Visitor visitor)
      throws IOException {
    for (ImageRef image : images) {
      int length = Math.toIntExact(image.bytes());
      try (InputStream in = file.store(stores).readRange(file.name(), image.offset(), length)) {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length == length) {
          visitor.image(image, bytes);
        } else {
          visitor.gone(
              image,
              new DataProblem(
                  file + ": ends within " + image.key() + " (truncated); copy it again"));
        }
      }
    }
  }
}
