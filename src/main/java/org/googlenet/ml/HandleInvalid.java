package org.googlenet.ml;

import java.util.List;

/** What becomes of images that cannot be read: the values of the param {@code handleInvalid}. */
enum HandleInvalid {
  /** The job fails and names one. */
  ERROR("error"),
  /** Their rows are left out. */
  SKIP("skip"),
  /** Their rows stay, without a prediction; a training leaves them out. */
  KEEP("keep");

  private final String word;

  HandleInvalid(String word) {
    this.word = word;
  }

  /** The one of a param's value. */
  static HandleInvalid of(String word) {
    return List.of(values()).stream()
        .filter(each -> each.word.equals(word))
        .findFirst()
        .orElseThrow(
            () -> new StageProblem("handleInvalid '" + word + "': set it to error, skip or keep"));
  }

  /** As the param has it. */
  @Override
  public String toString() {
    return word;
  }
}
