package org.googlenet.prepare;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.googlenet.data.IndexOptions;
import org.googlenet.data.LabelCheck;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Labels;
import org.googlenet.data.format.StoredRecord;

/**
 * Images with labels as others write them, numbers or names, which become classes once all of them
 * are known.
 */
final class LabelledImages implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Each with the number of its label in {@link #labels} in place of a class. */
  private final ArrayList<ImageRef> images = new ArrayList<>();

  private final LinkedHashMap<String, Integer> labels = new LinkedHashMap<>();
  private final TreeMap<String, TreeSet<String>> classNames = new TreeMap<>();
  private final Omissions omissions = new Omissions();

  /** Adds an image. */
  void add(String key, String label, String object, long offset, long bytes) {
    images.add(new ImageRef(key, number(label), object, offset, bytes));
  }

  private int number(String label) {
    labels.putIfAbsent(label, labels.size());
    return labels.get(label);
  }

  /** Adds what a shard calls the class of a label. */
  void addClassName(String label, String name) {
    classNames.computeIfAbsent(label, none -> new TreeSet<>()).add(name);
  }

  /** What is not an image of the source. */
  Omissions omissions() {
    return omissions;
  }

  /** Adds what was found elsewhere. */
  LabelledImages add(LabelledImages others) {
    List<String> names = new ArrayList<>(others.labels.keySet());
    for (ImageRef image : others.images) {
      images.add(withLabel(image, number(names.get(image.label()))));
    }
    others.classNames.forEach((label, all) -> all.forEach(name -> addClassName(label, name)));
    omissions.add(others.omissions);
    return this;
  }

  /**
   * The images with their classes; those whose labels cannot be classes are among the omissions.
   *
   * @throws DataProblem if the labels do not make classes
   */
  ImageSource.Listing listing(ImageSource source, IndexOptions options) {
    List<String> texts = new ArrayList<>(labels.keySet());
    Map<String, String> flaws = flaws(options);
    Map<String, String> good = new HashMap<>();
    List<ImageRef> usable = new ArrayList<>(images.size());
    for (ImageRef image : images) {
      String label = texts.get(image.label());
      String flaw = flaws.get(label);
      if (flaw == null) {
        good.computeIfAbsent(label, none -> source.nameOf(image));
        usable.add(image);
      } else {
        omissions.add(Omission.LABEL, source.nameOf(image) + ": " + flaw);
      }
    }
    Labels classes = new ClassesFound(options, good).labels(namesOfNumbers(source, options));
    int[] numbers = numbers(classes, texts, good.keySet());
    boolean areNamed =
        options.classNames().isEmpty() && !good.keySet().stream().allMatch(IndexOptions::isNumber);
    return new ImageSource.Listing(
        classes.classNames(),
        areNamed ? ImageSource.Classes.FOUND : ImageSource.Classes.GIVEN,
        usable.stream().map(image -> withLabel(image, numbers[image.label()])).toList(),
        omissions);
  }

  private Map<String, String> flaws(IndexOptions options) {
    LabelCheck check = new LabelCheck(options);
    Map<String, String> flaws = new HashMap<>();
    for (String label : labels.keySet()) {
      String flaw = check.flaw(label);
      if (flaw != null) {
        flaws.put(label, flaw);
      }
    }
    return flaws;
  }

  private static int[] numbers(Labels classes, List<String> texts, Set<String> good) {
    int[] numbers = new int[texts.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (good.contains(texts.get(i))) {
        numbers[i] = classes.label("", new StoredRecord("", new byte[0], texts.get(i)));
      }
    }
    return numbers;
  }

  private SortedMap<String, String> namesOfNumbers(ImageSource source, IndexOptions options) {
    if (!options.classNames().isEmpty()) {
      return new TreeMap<>();
    }
    TreeMap<String, String> names = new TreeMap<>();
    classNames.forEach(
        (label, all) -> {
          if (all.size() > 1) {
            throw new DataProblem(
                "%s: class %s is named both '%s' and '%s'; name the classes by --class-names or --classes"
                    .formatted(source.place(), label, all.first(), all.last()));
          }
          names.put(label, all.first());
        });
    return names;
  }

  private static ImageRef withLabel(ImageRef image, int label) {
    return new ImageRef(image.key(), label, image.object(), image.offset(), image.bytes());
  }
}
