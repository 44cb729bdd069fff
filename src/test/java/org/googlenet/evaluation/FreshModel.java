package org.googlenet.evaluation;

import org.googlenet.data.SampleRecords;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.engine.Dl4jEngine;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineSpec;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.LossWeights;
import org.googlenet.model.MomentumSgd;

/** A network for the ten classes of data/sample that has learnt nothing yet. */
public final class FreshModel {

  private static final int SIDE = 65;

  private FreshModel() {}

  public static TrainedModel make() {
    String configuration =
        new GoogLeNet(10, SIDE, Initialisation.HE, 0, 0.4, 0.7, new LossWeights(1, 0.3, 0.3))
            .configuration(
                new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 5), 0, 1)
            .toJson();
    try (Dl4jEngine engine = new Dl4jEngine(configuration)) {
      float[] parameters = new float[engine.parameters()];
      engine.readParameters(parameters);
      return new TrainedModel(
          "fresh",
          configuration,
          parameters,
          SIDE,
          SampleRecords.classNames(),
          Decoding.of(Augmentation.Kind.NONE));
    }
  }

  /** With one thread, so that sums are rounded in one way. */
  public static EngineSpec spec(TrainedModel model, int batch) {
    return EngineSpec.of(model.configuration()).withBatch(batch).withKind(EngineKind.DL4J);
  }
}
