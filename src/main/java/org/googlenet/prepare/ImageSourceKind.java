package org.googlenet.prepare;

import java.util.List;
import java.util.Optional;
import org.googlenet.common.Named;
import org.googlenet.common.NamedServices;

/** A kind of images as they are found, which {@code prepare --source} calls by its name. */
public interface ImageSourceKind extends Named {

  /** The kinds that there are. */
  static NamedServices<ImageSourceKind> all() {
    return NamedServices.of(ImageSourceKind.class, "image source");
  }

  /**
   * What a user named.
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
   * The source of some inputs; nothing is read yet.
   *
   * @throws PrepareRefused if an input is lacking
   */
  ImageSource source(Inputs inputs);
}
