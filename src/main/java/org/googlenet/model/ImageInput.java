package org.googlenet.model;

import java.util.Arrays;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A preprocessor in front of the first convolution that passes on {@code [n, 3, side, side]}
 * unchanged and refuses any other shape.
 *
 * <p>DL4J's configuration does not say which side a network was built for. It is kept here, so that
 * a {@code model.zip} alone is enough to predict with.
 *
 * @param side height and width of the images in pixels
 */
public record ImageInput(int side) implements InputPreProcessor {

  private static final int CHANNELS = 3;

  @JsonCreator
  public ImageInput(@JsonProperty("side") int side) {
    this.side = side;
  }

  /**
   * @throws ModelProblem if the images are of another shape
   */
  @Override
  public INDArray preProcess(INDArray images, int batch, LayerWorkspaceMgr workspaces) {
    long[] shape = images.shape();
    if (shape.length != 4 || shape[1] != CHANNELS || shape[2] != side || shape[3] != side) {
      throw new ModelProblem(
          "images of shape "
              + Arrays.toString(shape)
              + ": the network was built for [n, 3, "
              + side
              + ", "
              + side
              + "]: set model.side");
    }
    return workspaces.leverageTo(ArrayType.ACTIVATIONS, images);
  }

  @Override
  public INDArray backprop(INDArray gradient, int batch, LayerWorkspaceMgr workspaces) {
    return workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, gradient);
  }

  @Override
  public InputType getOutputType(InputType input) {
    return input;
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int batch) {
    return new Pair<>(mask, state);
  }

  /** Returns itself, since it never changes. */
  @Override
  public ImageInput clone() {
    return this;
  }
}
