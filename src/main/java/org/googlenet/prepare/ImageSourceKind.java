package org.googlenet.prepare;

import java.util.List;
import java.util.Optional;
import org.googlenet.common.Named;
import org.googlenet.common.NamedServices;

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
   */
  record Inputs(
      String images, Optional<String> labels, Optional<String> synsets, List<String> classNames) {

    public Inputs {
      classNames = List.copyOf(classNames);
    }
  }

  /**
   * The source for some inputs; nothing is read yet.
   *
   * @throws PrepareRefused if an input is missing
   */
  ImageSource source(Inputs inputs);
}
