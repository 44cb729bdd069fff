package org.googlenet.engine;

import java.util.List;
import org.googlenet.engine.onednn.Output;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The losses that a DL4J network declares for its outputs, computed by DL4J's own functions.
 *
 * @param step compiled for as many examples as are given: none pads the batch
 * @param labels for each output, as its loss takes them
 */
record DeclaredLosses(TrainingStep step, List<Output> outputs, INDArray[] labels)
    implements TrainingStep.Losses {

  @Override
  public double lossAndGradient(int head, float[] logits) {
    INDArray said = Nd4j.create(logits.clone(), step.plan().logits(head), 'c');
    double score = outputs.get(head).score(labels[head], said);
    Features.copy(outputs.get(head).gradient(labels[head], said), logits);
    return score;
  }
}
