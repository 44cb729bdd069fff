package org.googlenet.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads a network's flat gradient tensor by tensor, whoever computed it. */
public final class FlatGradient {

  private FlatGradient() {}

  /** Views of the flat gradient under the keys of the network's parameter table. */
  public static Map<String, INDArray> views(ComputationGraph network) {
    Map<String, INDArray> views = new LinkedHashMap<>();
    for (Layer layer : network.getLayers()) {
      if (layer.numParams() > 0) {
        var type = layer.conf().getLayer();
        type.initializer()
            .getGradientsFromFlattened(layer.conf(), layer.getGradientsViewArray())
            .forEach((key, view) -> views.put(type.getLayerName() + "_" + key, view));
      }
    }
    return views;
  }
}
