package org.googlenet.weights;

import java.util.Locale;
import java.util.Optional;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Variant;

/** Tells from tensors which network they are of: its variant, its classes and its side. */
public final class DetectedNetwork {

  private static final int USUAL_SIDE = 224;

  /** As a recipe's {@code model.side} and {@code model.classes} have. */
  private static final int LARGEST_SIDE = 1024;

  private static final int MOST_CLASSES = 100_000;

  private DetectedNetwork() {}

  /**
   * The network that tensors are of, with its usual dropouts.
   *
   * @param variant if the user names it; otherwise what the file says, or batch normalisation if
   *     there are parameters of it, and plain if not
   * @param side if the user names it; otherwise what the file says, or 224. Parameters tell it only
   *     roughly, by the inputs of {@code aux1.fc1}
   * @throws WeightsProblem if the tensors do not say how many classes there are, or these or the
   *     side are none that a recipe may have
   */
  public static GoogLeNet of(
      NetworkTensors tensors, Optional<Variant> variant, Optional<Integer> side) {
    Variant kind = variant.or(() -> variant(tensors)).orElse(Variant.PLAIN);
    int pixels =
        side.or(() -> ModelMetadata.side(tensors.metadata(), tensors.source())).orElse(USUAL_SIDE);
    if (pixels < GoogLeNet.SMALLEST_SIDE || pixels > LARGEST_SIDE) {
      throw new WeightsProblem(
          String.format(
              Locale.ROOT,
              "%s: a side of %d pixels; %d to %d are possible; give --side",
              tensors.source(),
              pixels,
              GoogLeNet.SMALLEST_SIDE,
              LARGEST_SIDE));
    }
    return GoogLeNet.of(kind, classes(tensors), pixels);
  }

  /**
   * The variant that a source says it is of, or that its parameters can only be of; empty if they
   * may be of several.
   */
  public static Optional<Variant> variant(NetworkTensors tensors) {
    return ModelMetadata.variant(tensors.metadata(), tensors.source())
        .or(
            () ->
                hasBatchNormalisation(tensors) ? Optional.of(Variant.BATCHNORM) : Optional.empty());
  }

  private static boolean hasBatchNormalisation(NetworkTensors tensors) {
    return tensors.tensors().keySet().stream()
        .anyMatch(name -> name.contains(ParameterNames.NORMALISED + "_"));
  }

  private static int classes(NetworkTensors tensors) {
    Tensor bias = tensors.tensors().get("main_b");
    if (bias == null || bias.shape().size() != 1) {
      throw new WeightsProblem(
          "%s: has no main classifier (torchvision's fc, Caffe's loss3/classifier), so its classes are not known"
              .formatted(tensors.source()));
    }
    int classes = bias.shape().get(0);
    if (classes < 2 || classes > MOST_CLASSES) {
      throw new WeightsProblem(
          String.format(
              Locale.ROOT,
              "%s: %s has %d classes; 2 to %d are possible",
              tensors.source(),
              tensors.shown("main_b"),
              classes,
              MOST_CLASSES));
    }
    return classes;
  }
}
