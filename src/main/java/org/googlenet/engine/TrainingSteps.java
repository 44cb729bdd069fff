package org.googlenet.engine;

import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.Plan;

/**
 * The compiled training steps of a network: one, which smaller batches are padded for, and one of
 * the size of the last smaller batch if that network mixes examples.
 */
final class TrainingSteps implements AutoCloseable {

  private final Dl4jNetwork trained;
  private final Network network;
  private Sized largest;
  private Sized smaller;

  private record Sized(Plan.Options options, TrainingStep step) {

    boolean is(Plan.Options wanted, boolean keep) {
      return options.equals(wanted) && (step.keeps() || !keep);
    }
  }

  TrainingSteps(Dl4jNetwork trained, Network network) {
    this.trained = trained;
    this.network = network;
  }

  /**
   * The step for a number of examples, compiled if there is none.
   *
   * @param options for the largest number of examples
   */
  TrainingStep of(Plan.Options options, int examples) {
    boolean keep = Dl4jUpdate.showsActivations(trained);
    if (examples == options.batch() || !network.mixesExamples()) {
      if (largest == null || !largest.is(options, keep)) {
        close();
        largest = compile(options, keep);
      }
      return largest.step;
    }
    Plan.Options exactly =
        new Plan.Options(examples, options.inputs(), options.bf16(), options.winograd());
    if (smaller == null || !smaller.is(exactly, keep)) {
      close(smaller);
      smaller = null;
      smaller = compile(exactly, keep);
    }
    return smaller.step;
  }

  private Sized compile(Plan.Options options, boolean keep) {
    Network compiled = keep ? Network.ofAllVertices(trained.configuration()) : network;
    return new Sized(options, TrainingStep.compile(trained, compiled, options, keep));
  }

  @Override
  public void close() {
    close(largest);
    largest = null;
    close(smaller);
    smaller = null;
  }

  private static void close(Sized sized) {
    if (sized != null) {
      sized.step.close();
    }
  }
}
