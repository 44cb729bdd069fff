package org.googlenet.app;

/** What several commands say of an argument. */
final class Descriptions {

  static final String MODEL =
      "Path or URI of a run (its newest checkpoint that verifies), a checkpoint, a promoted model, a folder of"
          + " promoted models (its champion) or a model.zip.";

  static final String EVALUATED = "Path or URI of the data set to evaluate on.";

  private Descriptions() {}
}
