package org.googlenet.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.googlenet.model.BatchNorm;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.ImageInput;
import org.googlenet.model.Lrn;
import org.googlenet.model.ModelProblem;
import org.googlenet.model.ModelZip;
import org.googlenet.model.ParameterLayout;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * A network as a {@code model.zip} of DL4J's own classes alone, which any program with DL4J opens
 * by its {@code ModelSerializer} without this project's jar.
 *
 * <p>What only this project has is replaced by what computes the same outside of training: losses
 * are DL4J's cross-entropy without a weight, and the optimiser is its plain SGD, since a program
 * that goes on training brings its own. DL4J's batch normalisation keeps the logarithm of the
 * deviation where ours keeps the variance, so that its results are not ours to the last bit.
 *
 * @param parameters flat, in the order of the configuration
 * @param heads which outputs
 */
record Dl4jModel(
    ComputationGraphConfiguration configuration, float[] parameters, List<String> heads) {

  /**
   * The file's content.
   *
   * @throws ModelProblem if DL4J has nothing of its own for a vertex
   */
  byte[] bytes() {
    ComputationGraphConfiguration standard = standard();
    ByteArrayOutputStream out = new ByteArrayOutputStream(4 * parameters.length + (1 << 20));
    try {
      ModelZip.write(out, standard.toJson(), parameters(standard), null);
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be written", e);
    }
    return out.toByteArray();
  }

  private ComputationGraphConfiguration standard() {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(1) // else it is the time
            .updater(new Sgd())
            .graphBuilder()
            .addInputs(GoogLeNet.INPUT)
            .allowDisconnected(true);
    Set<String> needed = Ancestors.of(configuration, heads);
    configuration
        .getVertices()
        .forEach(
            (name, vertex) -> {
              if (needed.contains(name)) {
                add(graph, name, vertex);
              }
            });
    return graph.setOutputs(heads.toArray(String[]::new)).build();
  }

  private void add(GraphBuilder graph, String name, GraphVertex vertex) {
    String[] inputs = configuration.getVertexInputs().get(name).toArray(String[]::new);
    if (vertex instanceof LayerVertex layer) {
      InputPreProcessor between = layer.getPreProcessor();
      graph.addLayer(
          name,
          standard(layer.getLayerConf().getLayer()),
          between instanceof ImageInput ? null : between,
          inputs);
    } else if (vertex instanceof MergeVertex) {
      graph.addVertex(name, vertex.clone(), inputs);
    } else {
      throw new ModelProblem(
          "vertex %s: DL4J has none of its own that computes the same; export the main head alone"
              .formatted(name));
    }
  }

  private static Layer standard(Layer own) {
    Layer layer = own.clone();
    if (layer instanceof Lrn lrn) {
      layer =
          new LocalResponseNormalization.Builder()
              .n(lrn.getN())
              .k(lrn.getK())
              .alpha(lrn.getAlpha())
              .beta(lrn.getBeta())
              .build();
    } else if (layer instanceof BatchNorm norm) {
      layer =
          new BatchNormalization.Builder()
              .eps(norm.getEps())
              .decay(norm.getDecay())
              .useLogStd(true)
              .nIn(norm.getNIn())
              .nOut(norm.getNOut())
              .build();
    } else if (layer instanceof OutputLayer output) {
      output.setLossFn(new LossMCXENT());
    }
    if (layer instanceof BaseLayer trained) {
      trained.setIUpdater(new Sgd());
    }
    return layer;
  }

  /** The parameters in the order of the other configuration. */
  private float[] parameters(ComputationGraphConfiguration standard) {
    ParameterLayout from = ParameterLayout.of(configuration);
    ParameterLayout to = ParameterLayout.of(standard);
    float[] others = new float[to.length()];
    for (ParameterLayout.Entry entry : to.entries()) {
      boolean isLogarithm = entry.parameter().equals("log10stdev");
      ParameterLayout.Entry own =
          from.find(entry.vertex(), isLogarithm ? "var" : entry.parameter()).orElseThrow();
      if (own.order() != entry.order() || !own.shape().equals(entry.shape())) {
        throw new IllegalStateException(own + " and " + entry);
      }
      System.arraycopy(parameters, own.offset(), others, entry.offset(), entry.length());
      for (int i = entry.offset(); isLogarithm && i < entry.range().to(); i++) {
        others[i] = (float) (Math.log10(others[i]) / 2);
      }
    }
    return others;
  }
}
