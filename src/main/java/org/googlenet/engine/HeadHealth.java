package org.googlenet.engine;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.googlenet.model.GlobalNorm;
import org.googlenet.model.Head;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Entry;
import org.googlenet.model.ParameterLayout.Range;

/**
 * Reads the health of a network's heads from the flat gradient of the last step, which every engine
 * has; no activations need to be kept.
 */
public final class HeadHealth {

  private final Engine engine;
  private final List<Ranges> heads;

  /** For the heads of an engine's network. */
  public HeadHealth(Engine engine) {
    this.engine = engine;
    this.heads = engine.heads().stream().map(head -> Ranges.of(engine.layout(), head)).toList();
  }

  /**
   * Where a head's gradients lie; only what is trained has one.
   *
   * @param own of the head's own parameters
   * @param classifierBias of its classifier's biases: these gradients are 0 only if the loss weight
   *     is 0
   * @param units of the biases of its ReLU units; empty if there are none
   */
  private record Ranges(List<Range> own, Optional<Range> classifierBias, List<Range> units) {

    static Ranges of(ParameterLayout layout, Head head) {
      return new Ranges(
          head.layers().stream()
              .flatMap(layer -> layout.of(layer).stream())
              .filter(Entry::trained)
              .map(Entry::range)
              .toList(),
          bias(layout, head.name()),
          head.reluLayers().stream()
              .map(layer -> bias(layout, layer))
              .flatMap(Optional::stream)
              .toList());
    }

    private static Optional<Range> bias(ParameterLayout layout, String layer) {
      return layout
          .find(layer, DefaultParamInitializer.BIAS_KEY)
          .filter(Entry::trained)
          .map(Entry::range);
    }
  }

  /**
   * For each head the L2 norm of the gradient of its own parameters in the last step: the mean over
   * the examples, before clipping, without decay; 0 if nothing of it is trained. It takes some
   * milliseconds, so do not call it in every step.
   *
   * @param examples of that step, at least 1
   * @throws IllegalStateException if no step has been made
   */
  public double[] gradientNorms(int examples) {
    if (examples < 1) {
      throw new IllegalArgumentException("examples: " + examples + ": must be at least 1");
    }
    return heads.stream().mapToDouble(head -> norm(head) / examples).toArray();
  }

  /**
   * Adds the ReLU units of the heads that had a gradient in the last step. Nothing is added for a
   * head whose loss has weight 0, so that no gradient reaches it, or whose classifier is not fed by
   * ReLU units, nor for units or a classifier that are not trained.
   *
   * @throws IllegalStateException if no step has been made
   */
  public void addActiveUnits(ActiveUnits into) {
    Objects.requireNonNull(into, "into");
    for (int head = 0; head < heads.size(); head++) {
      Ranges ranges = heads.get(head);
      if (!ranges.units().isEmpty() && isReached(ranges)) {
        into.add(head, read(ranges.units()));
      }
    }
  }

  private double norm(Ranges head) {
    return Math.sqrt(
        head.own().stream()
            .mapToDouble(range -> GlobalNorm.of(FloatBuffer.wrap(read(List.of(range)))))
            .map(norm -> norm * norm)
            .sum());
  }

  /** A head whose loss has weight 0 says nothing about its units. */
  private boolean isReached(Ranges head) {
    for (float value : read(head.classifierBias().stream().toList())) {
      if (value != 0) {
        return true;
      }
    }
    return false;
  }

  private float[] read(List<Range> ranges) {
    float[] values = new float[ranges.stream().mapToInt(Range::length).sum()];
    int next = 0;
    for (Range range : ranges) {
      float[] part = new float[range.length()];
      engine.readGradient(range.from(), part);
      System.arraycopy(part, 0, values, next, part.length);
      next += part.length;
    }
    return values;
  }
}
