package org.googlenet.prepare;

import java.util.List;
import java.util.Optional;
import org.googlenet.common.Named;
import org.googlenet.common.NamedServices;
import org.googlenet.data.format.Fields;

/** A kind of {@link ImageSource}, which {@code prepare --source} names. */
public interface ImageSourceKind extends Named {

  /** All kinds on the class path. */
  static NamedServices<ImageSourceKind> all() {
    return NamedServices.of(ImageSourceKind.class, "image source");
  }

  /**
   * What the user gave on the command line.
   *
   * @param images path or URI of the images
   * @param labels path or URI of their labels
   * @param synsets path or URI of a list of classes
   * @param classNames in the order of the labels; empty if none were given
   * @param fields which fields of others' records are image, label and key
   * @param labelBase the number of the first class, 0 or 1
   */
  record Inputs(
      String images,
      Optional<String> labels,
      Optional<String> synsets,
      List<String> classNames,
      Fields fields,
      int labelBase) {

    public Inputs {
      classNames = List.copyOf(classNames);
      if (labelBase != 0 && labelBase != 1) {
        throw new PrepareRefused(
            "label base " + labelBase + ": the first class's number is 0 or 1");
      }
    }

    /** Inputs without fields, with classes from 0. */
    public Inputs(
        String images, Optional<String> labels, Optional<String> synsets, List<String> classNames) {
      this(images, labels, synsets, classNames, Fields.DEFAULT, 0);
    }
  }

  /** Whether it takes fields and a label base. */
  default boolean hasFields() {
    return false;
  }

  /**
   * The source for some inputs; nothing is read yet.
   *
   * @throws PrepareRefused if an input is missing
   */
  ImageSource source(Inputs inputs);
}
