package org.googlenet.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * An average pool of square maps whose windows need not be alike, which DL4J's own pools cannot be:
 * {@code [n, c, side, side]} to {@code [n, c, windows, windows]}.
 *
 * <p>Along each side of the map, window i holds the positions {@code [from(i), to(i))}; a result is
 * the mean over a window of rows and one of columns. A graph has it as a {@code
 * PreprocessorVertex}.
 *
 * @param side height and width of the maps that it reads
 * @param from first position of each window
 * @param to one after the last position of each window
 */
public record AverageWindows(int side, List<Integer> from, List<Integer> to)
    implements InputPreProcessor {

  /**
   * @throws ModelProblem if there is no window, or one that is empty or not on the map
   */
  @JsonCreator
  public AverageWindows(
      @JsonProperty("side") int side,
      @JsonProperty("from") List<Integer> from,
      @JsonProperty("to") List<Integer> to) {
    this.side = side;
    this.from = List.copyOf(from);
    this.to = List.copyOf(to);
    boolean fit = !from.isEmpty() && from.size() == to.size();
    for (int i = 0; fit && i < from.size(); i++) {
      fit = from.get(i) >= 0 && from.get(i) < to.get(i) && to.get(i) <= side;
    }
    if (!fit) {
      throw new ModelProblem(
          "average pool from %s to %s: the windows must lie on a map of side %s"
              .formatted(from, to, side));
    }
  }

  /**
   * Those of an adaptive pool: window i of n is {@code [floor(i * side / n), ceil((i + 1) * side /
   * n))}, as in PyTorch.
   */
  public static AverageWindows adaptive(int side, int windows) {
    List<Integer> from = new ArrayList<>();
    List<Integer> to = new ArrayList<>();
    for (int i = 0; i < windows; i++) {
      from.add(i * side / windows);
      to.add(((i + 1) * side + windows - 1) / windows);
    }
    return new AverageWindows(side, from, to);
  }

  /** Those of a pool without padding whose windows all lie on the map; a rest of it is left. */
  static AverageWindows within(int side, int kernel, int stride) {
    List<Integer> from = new ArrayList<>();
    List<Integer> to = new ArrayList<>();
    for (int first = 0; first + kernel <= side; first += stride) {
      from.add(first);
      to.add(first + kernel);
    }
    return new AverageWindows(side, from, to);
  }

  /**
   * Those of a pool without padding whose last window may end outside the map, where it is cut off
   * (ceil mode of Caffe and PyTorch).
   */
  public static AverageWindows ceil(int side, int kernel, int stride) {
    List<Integer> from = new ArrayList<>(List.of(0));
    List<Integer> to = new ArrayList<>(List.of(Math.min(kernel, side)));
    for (int first = stride; first < side && first - stride + kernel < side; first += stride) {
      from.add(first);
      to.add(Math.min(first + kernel, side));
    }
    return new AverageWindows(side, from, to);
  }

  /** Number of windows along a side. */
  public int windows() {
    return from.size();
  }

  /** Number of positions of the first window. */
  int length() {
    return to.get(0) - from.get(0);
  }

  /** Distance from the first window to the second. */
  int stride() {
    return windows() == 1 ? 1 : from.get(1) - from.get(0);
  }

  /** Whether a pool of one kernel and stride, without padding, has the same windows. */
  boolean areUniform() {
    for (int i = 0; i < windows(); i++) {
      if (from.get(i) != i * stride() || to.get(i) != i * stride() + length()) {
        return false;
      }
    }
    return (side - length()) / stride() + 1 == windows();
  }

  /**
   * The pool as a matrix: the weight of each position of a map in each result, {@code [windows *
   * windows, side * side]}, one row after the other.
   */
  public float[] matrix() {
    float[] matrix = new float[windows() * windows() * side * side];
    for (int row = 0; row < windows(); row++) {
      for (int column = 0; column < windows(); column++) {
        int first = (row * windows() + column) * side * side;
        int rows = to.get(row) - from.get(row);
        int columns = to.get(column) - from.get(column);
        for (int y = from.get(row); y < to.get(row); y++) {
          int line = first + y * side;
          Arrays.fill(
              matrix, line + from.get(column), line + to.get(column), 1f / (rows * columns));
        }
      }
    }
    return matrix;
  }

  /**
   * @throws ModelProblem if the maps are of another side
   */
  @Override
  public INDArray preProcess(INDArray maps, int batch, LayerWorkspaceMgr workspaces) {
    long[] shape = maps.shape();
    if (shape.length != 4 || shape[2] != side || shape[3] != side) {
      throw new ModelProblem(
          "average pool of maps of side %s: the maps are of shape %s"
              .formatted(side, Arrays.toString(shape)));
    }
    INDArray pooled =
        rows(maps, side)
            .mmul(weights(maps.dataType()).transpose())
            .reshape('c', shape[0], shape[1], windows(), windows());
    return workspaces.leverageTo(ArrayType.ACTIVATIONS, pooled);
  }

  @Override
  public INDArray backprop(INDArray gradient, int batch, LayerWorkspaceMgr workspaces) {
    INDArray spread =
        rows(gradient, windows())
            .mmul(weights(gradient.dataType()))
            .reshape('c', gradient.size(0), gradient.size(1), side, side);
    return workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, spread);
  }

  /** Each map as a row. */
  private static INDArray rows(INDArray maps, int side) {
    return maps.dup('c').reshape('c', maps.size(0) * maps.size(1), (long) side * side);
  }

  private INDArray weights(DataType type) {
    return Nd4j.createFromArray(matrix())
        .reshape('c', (long) windows() * windows(), (long) side * side)
        .castTo(type);
  }

  @Override
  public InputType getOutputType(InputType input) {
    long channels = ((InputTypeConvolutional) input).getChannels();
    return InputType.convolutional(windows(), windows(), channels);
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int batch) {
    return new Pair<>(mask, state);
  }

  /** Returns itself, since it never changes. */
  @Override
  public AverageWindows clone() {
    return this;
  }
}
