package org.googlenet.export;

import static org.googlenet.export.OnnxGraph.integer;
import static org.googlenet.export.OnnxGraph.integers;

import java.util.Arrays;
import onnx.Onnx.AttributeProto;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.googlenet.model.ModelProblem;

/**
 * The window that a convolution or pool of DL4J moves over a map, as ONNX's attributes say it.
 *
 * <p>Where DL4J only says {@link ConvolutionMode#Same}, the padding is worked out from the map: as
 * much as makes {@code ceil(in / stride)} results, the odd row or column at the end.
 *
 * @param kernel rows and columns
 * @param padding on each side of rows and of columns; without a meaning if {@code isSame}
 */
record OnnxWindow(int[] kernel, int[] stride, int[] padding, int[] dilation, boolean isSame) {

  /**
   * @throws ModelProblem if the mode is one that only sequences have
   */
  static OnnxWindow of(
      String vertex,
      ConvolutionMode mode,
      int[] kernel,
      int[] stride,
      int[] padding,
      int[] dilation) {
    if (mode == ConvolutionMode.Causal) {
      throw OnnxLayers.refused(vertex, "it has convolution mode " + mode);
    }
    return new OnnxWindow(kernel, stride, padding, dilation, mode == ConvolutionMode.Same);
  }

  /** Whether it has no dilation. */
  boolean isDense() {
    return Arrays.stream(dilation).allMatch(step -> step == 1);
  }

  /**
   * The attributes of a convolution or a maximum pool.
   *
   * @param map height and width
   */
  AttributeProto[] attributes(int[] map) {
    return new AttributeProto[] {
      integers("kernel_shape", kernel),
      integers("strides", stride),
      integers("pads", pads(map)),
      integers("dilations", dilation)
    };
  }

  /**
   * The attributes of an average pool without dilation.
   *
   * @param withPadding whether the zeros of the padding count in the mean
   */
  AttributeProto[] attributesOfAverage(int[] map, boolean withPadding) {
    return new AttributeProto[] {
      integers("kernel_shape", kernel),
      integers("strides", stride),
      integers("pads", pads(map)),
      integer("count_include_pad", withPadding ? 1 : 0)
    };
  }

  /** Above, left, below, right. */
  private int[] pads(int[] map) {
    int[] pads = new int[4];
    for (int i = 0; i < 2; i++) {
      int all = isSame ? allOfSame(map[i], i) : 2 * padding[i];
      pads[i] = all / 2;
      pads[i + 2] = all - all / 2;
    }
    return pads;
  }

  private int allOfSame(int size, int i) {
    int results = (size + stride[i] - 1) / stride[i];
    int covered = (results - 1) * stride[i] + (kernel[i] - 1) * dilation[i] + 1;
    return Math.max(0, covered - size);
  }
}
