package org.googlenet.model;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.IWeightInit;

/** Recognises a DL4J configuration as a GoogLeNet, and says which one it is. */
final class Recognition {

  private final ComputationGraphConfiguration configuration;

  private Recognition(ComputationGraphConfiguration configuration) {
    this.configuration = configuration;
  }

  /**
   * @throws ModelProblem if the configuration is not one that {@link GoogLeNet#configuration} makes
   */
  static GoogLeNet of(ComputationGraphConfiguration configuration) {
    return new Recognition(configuration).recognise();
  }

  private GoogLeNet recognise() {
    BaseLayer first = layer("conv1", BaseLayer.class);
    GoogLeNet model =
        new GoogLeNet(
            variant(),
            Math.toIntExact(layer("main", OutputLayer.class).getNOut()),
            side(),
            initialisation(first.getWeightInitFn()),
            first.getBiasInit(),
            dropout("dropout"),
            dropout("aux1.dropout"),
            new LossWeights(lossWeight("main"), lossWeight("aux1"), lossWeight("aux2")));
    checkGraph(model);
    return model;
  }

  private Variant variant() {
    if (configuration.getVertices().containsKey("conv1.bn")) {
      return Variant.BATCHNORM;
    }
    return configuration.getVertices().containsKey("norm1") ? Variant.LRN : Variant.PLAIN;
  }

  private int side() {
    if (vertex("conv1").getPreProcessor() instanceof ImageInput input) {
      return input.side();
    }
    throw notOne("its first convolution has no input side");
  }

  private Initialisation initialisation(IWeightInit weights) {
    return Arrays.stream(Initialisation.values())
        .filter(known -> known.weights().getWeightInitFunction().equals(weights))
        .findFirst()
        .orElseThrow(() -> notOne("its weights are initialised by " + weights));
  }

  /** DL4J stores the probability to keep; the subtraction's last digits are rounded off. */
  private double dropout(String name) {
    IDropout dropout = layer(name, Layer.class).getIDropout();
    if (dropout == null) {
      return 0;
    }
    if (dropout instanceof Dropout kept) {
      return Math.rint((1 - kept.getP()) * 1e12) / 1e12;
    }
    throw notOne("vertex " + name + " drops by " + dropout);
  }

  private double lossWeight(String head) {
    if (layer(head, OutputLayer.class).getLossFn() instanceof WeightedLoss loss) {
      return loss.weight();
    }
    throw notOne("head " + head + " has another loss");
  }

  private void checkGraph(GoogLeNet model) {
    MomentumSgd any = new MomentumSgd(0, new LearningRateSchedule.Constant(0, 0), 0);
    ComputationGraphConfiguration expected = model.configuration(any, 0, 0);
    if (!expected.getVertexInputs().equals(configuration.getVertexInputs())
        || !expected.getNetworkOutputs().equals(configuration.getNetworkOutputs())) {
      throw notOne("its graph is another");
    }
    expected
        .getVertices()
        .forEach(
            (name, vertex) -> {
              GraphVertex own = configuration.getVertices().get(name);
              if (own == null || own.numParams(true) != vertex.numParams(true)) {
                throw notOne("vertex " + name + " is another");
              }
            });
  }

  private <T extends Layer> T layer(String name, Class<T> type) {
    Layer layer = vertex(name).getLayerConf().getLayer();
    if (type.isInstance(layer)) {
      return type.cast(layer);
    }
    throw notOne("vertex " + name + " is " + layer.getClass().getSimpleName());
  }

  private LayerVertex vertex(String name) {
    GraphVertex vertex = configuration.getVertices().get(name);
    if (vertex instanceof LayerVertex layer) {
      return layer;
    }
    throw notOne("it has no layer " + name);
  }

  private static ModelProblem notOne(String because) {
    return new ModelProblem("the network is not a GoogLeNet of this program: " + because);
  }
}
