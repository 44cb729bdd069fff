package org.googlenet.engine;

import java.util.Arrays;
import java.util.List;
import org.googlenet.engine.onednn.Output;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The losses that a DL4J network declares for its outputs, computed by DL4J's own functions.
 *
 * @param labels for each output, as its loss takes them
 * @param examples that count; those that pad the batch get no gradient
 */
record DeclaredLosses(TrainingStep step, List<Output> outputs, INDArray[] labels, int examples)
    implements TrainingStep.Losses {

  @Override
  public double lossAndGradient(int head, float[] logits) {
    long[] shape = step.shape(head, examples);
    int values = Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b));
    INDArray real = Nd4j.create(Arrays.copyOf(logits, values), shape, 'c');
    double score = outputs.get(head).score(labels[head], real);
    Features.copy(outputs.get(head).gradient(labels[head], real), logits);
    Arrays.fill(logits, values, logits.length, 0);
    return score;
  }
}
