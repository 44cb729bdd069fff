package org.googlenet.app.option;

/** Descriptions of arguments that several commands have. */
public final class Descriptions {

  public static final String MODEL =
      "Path or URI of a run (its newest checkpoint that verifies), a checkpoint, a promoted model, a folder of"
          + " promoted models (its champion) or a model.zip.";

  public static final String MODEL_WITH_INPUT =
      MODEL
          + " Images are decoded as it says itself; for a model.zip, as recipes without an input"
          + " section say.";

  public static final String EVALUATED = "Path or URI of the data set to evaluate on.";

  private Descriptions() {}
}
