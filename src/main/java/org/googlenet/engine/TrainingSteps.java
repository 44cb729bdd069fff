package org.googlenet.engine;

import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.Plan;

/** The compiled training steps of a network, of the two sizes of batch that were last used. */
final class TrainingSteps implements AutoCloseable {

  private final Dl4jNetwork trained;
  private final Network network;
  private final LastTwo<Plan.Options, TrainingStep> steps = new LastTwo<>(TrainingStep::close);

  /** Whether the steps keep the results of all vertices. */
  private boolean keep;

  TrainingSteps(Dl4jNetwork trained, Network network) {
    this.trained = trained;
    this.network = network;
  }

  /** The step of a size, compiled if it is not one of the two. */
  TrainingStep of(Plan.Options options) {
    boolean keepNow = Dl4jUpdate.showsActivations(trained);
    if (keep != keepNow) {
      close();
      keep = keepNow;
    }
    return steps.get(options, () -> compile(options));
  }

  private TrainingStep compile(Plan.Options options) {
    Network compiled = keep ? Network.ofAllVertices(trained.configuration()) : network;
    return TrainingStep.compile(trained, compiled, options, keep);
  }

  @Override
  public void close() {
    steps.close();
  }
}
