package org.googlenet.engine;

import java.util.List;
import java.util.Locale;
import org.googlenet.model.Head;

/** Checks the numbers that every engine is given. */
final class EngineArguments {

  private EngineArguments() {}

  /**
   * Checks the largest number of examples of a step, and returns it.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  static int requireBatch(int examples) {
    if (examples < 1) {
      throw new IllegalArgumentException("batch: " + examples + ": must be at least 1");
    }
    return examples;
  }

  /**
   * Checks channels, height and width of images, and returns them.
   *
   * @throws IllegalArgumentException if one is less than 1, or more than 2^31 - 1
   */
  static List<Long> requireImage(List<Long> image) {
    if (image.stream().anyMatch(size -> size < 1 || size > Integer.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "image: %s: give channels, height and width, each at least 1".formatted(image));
    }
    return image;
  }

  /**
   * Checks a number of heads.
   *
   * @throws IllegalArgumentException if the network has not so many, or it is less than 1
   */
  static void requireHeads(int wanted, List<Head> heads) {
    if (wanted < 1 || wanted > heads.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "heads: %d: give 1 to %d, of %s",
              wanted,
              heads.size(),
              Head.names(heads)));
    }
  }

  /**
   * Checks the number of a step.
   *
   * @throws IllegalArgumentException if it is less than 0
   */
  static void requireStep(int globalStep) {
    if (globalStep < 0) {
      throw new IllegalArgumentException("step: " + globalStep + ": they are counted from 0");
    }
  }
}
