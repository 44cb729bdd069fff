package org.googlenet.engine;

import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.Plan;

/**
 * The compiled steps of a DL4J network: one for whole batches, and one for the last smaller batch
 * of a network whose examples change each other's results, which cannot be padded.
 */
final class TrainingSteps implements AutoCloseable {

  private final Dl4jNetwork trained;
  private final Network network;

  private TrainingStep whole;
  private TrainingStep smaller;

  TrainingSteps(Dl4jNetwork trained, Network network) {
    this.trained = trained;
    this.network = network;
  }

  /** The step for whole batches, compiled if that has not been done as its options are now. */
  TrainingStep whole(Plan.Options options) {
    whole = compiled(whole, options);
    return whole;
  }

  /**
   * The step for a batch.
   *
   * @param examples of the batch, at most those of the options
   * @param options of the step for whole batches
   */
  TrainingStep of(int examples, Plan.Options options) {
    if (examples == options.batch() || !network.mixesExamples()) {
      return whole(options);
    }
    smaller =
        compiled(
            smaller,
            new Plan.Options(examples, options.inputs(), options.bf16(), options.winograd()));
    return smaller;
  }

  private TrainingStep compiled(TrainingStep before, Plan.Options options) {
    boolean keep = Dl4jUpdate.showsActivations(trained);
    if (before != null) {
      if (before.options().equals(options) && (before.keeps() || !keep)) {
        return before;
      }
      before.close();
    }
    return TrainingStep.compile(trained, network, options, keep);
  }

  @Override
  public void close() {
    if (whole != null) {
      whole.close();
      whole = null;
    }
    if (smaller != null) {
      smaller.close();
      smaller = null;
    }
  }
}
