package org.googlenet.report.page;

import java.util.Optional;

/**
 * A run as a page shows it.
 *
 * @param pictures of its data
 * @param champion the model in use, if its recipe names a folder of models that has one
 */
public record Shown(RunData data, Pictures pictures, Optional<Champion> champion) {

  /**
   * The model in use.
   *
   * @param top1 0 to 1
   * @param top5 0 to 1; NaN if it is not known
   */
  public record Champion(String version, double top1, double top5) {}

  Shown namedByPlace() {
    return new Shown(data.named(data.location()), pictures, champion);
  }
}
