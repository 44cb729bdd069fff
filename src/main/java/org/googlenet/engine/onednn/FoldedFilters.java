package org.googlenet.engine.onednn;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import org.googlenet.engine.onednn.Operation.Tensor;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.ValueType;

/**
 * The filters of a convolution with a batch normalisation in them, computed anew when parameters
 * have changed.
 *
 * @param filters of the convolution, in the flat vector
 * @param parameters the flat vector in DL4J's order
 * @param weights what becomes of the weights, at the strides of the filters
 * @param bias what becomes of the bias
 */
record FoldedFilters(
    Filters filters, BatchNormNode normalisation, Tensor parameters, Tensor weights, Tensor bias) {

  /** Those of a kernel that reads a bias of this layout. */
  static FoldedFilters of(
      Emitter emit, Buffer parameters, Filters filters, BatchNormNode normalisation, Layout bias) {
    Layout all = emit.primitives.plain(ValueType.F32, parameters.bytes() / Float.BYTES);
    return new FoldedFilters(
        filters,
        normalisation,
        Emitter.flat(parameters, all, 0),
        emit.tensor(
            normalisation.name() + " folded weights",
            emit.primitives.strided(ValueType.F32, filters.shape(), filters.strides())),
        emit.tensor(normalisation.name() + " folded bias", bias));
  }

  /** Computes them from the parameters as they are. */
  void compute(ActivationMemory memory) {
    FloatBuffer flat = memory.floats(parameters);
    FloatBuffer scaled = memory.floats(weights);
    FloatBuffer shifted = memory.floats(bias);
    BatchNormNode.Places places = normalisation.places();
    OptionalLong own = filters.bias();
    int channels = Math.toIntExact(places.channels());
    double[] factors = new double[channels];
    for (int channel = 0; channel < channels; channel++) {
      boolean scales = places.scale() >= 0;
      double gamma = scales ? at(flat, places.scale(), channel) : 1;
      double beta = scales ? at(flat, places.scale(), channels + channel) : 0;
      double spread = at(flat, places.spread(), channel);
      double factor = gamma / normalisation.settings().deviation(spread);
      double before = own.isPresent() ? at(flat, own.getAsLong(), channel) : 0;
      factors[channel] = factor;
      shifted.put(channel, (float) (beta + (before - at(flat, places.mean(), channel)) * factor));
    }
    scale(flat, scaled, factors);
  }

  private static double at(FloatBuffer flat, long place, int index) {
    return flat.get(Math.toIntExact(place + index));
  }

  /** Multiplies the weights of each result by its factor; both buffers have the same strides. */
  private void scale(FloatBuffer flat, FloatBuffer scaled, double[] factors) {
    long[] shape = filters.shape();
    long[] strides = filters.strides();
    int[] inner = places(shape, strides, filters.isGrouped() ? 2 : 1);
    int first = Math.toIntExact(filters.weights());
    for (int channel = 0; channel < factors.length; channel++) {
      int start =
          Math.toIntExact(
              filters.isGrouped()
                  ? channel / shape[1] * strides[0] + channel % shape[1] * strides[1]
                  : channel * strides[0]);
      for (int behind : inner) {
        int place = start + behind;
        scaled.put(place, (float) (flat.get(first + place) * factors[channel]));
      }
    }
  }

  /** Where the values of a result's filter lie behind its first one. */
  private static int[] places(long[] shape, long[] strides, int firstAxis) {
    int values = Math.toIntExact(Arrays.stream(shape).skip(firstAxis).reduce(1, (a, b) -> a * b));
    int[] places = new int[values];
    for (int value = 0; value < values; value++) {
      long rest = value;
      long place = 0;
      for (int axis = shape.length - 1; axis >= firstAxis; axis--) {
        place += rest % shape[axis] * strides[axis];
        rest /= shape[axis];
      }
      places[value] = Math.toIntExact(place);
    }
    return places;
  }
}
