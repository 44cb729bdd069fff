package org.googlenet.engine;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network of DL4J that is trained in place, whichever of DL4J's two kinds it is.
 *
 * <p>Parameters, gradient, updater and counters are the network's own. DL4J's two classes have the
 * same methods for these, but no type in common that declares them.
 */
sealed interface Dl4jNetwork {

  /** DL4J's object. */
  Model model();

  /**
   * Its configuration; that of a {@code MultiLayerNetwork} as a graph with the same parameters in
   * the same order, whose vertices are called 0, 1, 2 and so on, as DL4J's own conversion does it.
   */
  ComputationGraphConfiguration configuration();

  /** Its layers by the name of their vertex in {@link #configuration}. */
  Map<String, Layer> layers();

  /** Its updater, made if there is none yet. */
  BaseMultiLayerUpdater<?> updater();

  /** Its flat gradient, made if there is none yet. */
  INDArray gradients();

  Collection<TrainingListener> listeners();

  /** Of the random numbers that it was initialised with. */
  default long seed() {
    return layers().values().iterator().next().conf().getSeed();
  }

  int iteration();

  int epoch();

  void setIteration(int iteration);

  void endEpoch();

  void setInputs(List<INDArray> inputs);

  void setLabels(List<INDArray> labels);

  void setScore(double score);

  void setGradient(Gradient gradient);

  /** Milliseconds that the last batch was waited for. */
  void setWaited(long milliseconds);

  /** The regularisation's part of the score. */
  double regularisation();

  /** Tells a listener what a forward pass gave, by vertex in their order. */
  void forwardPass(TrainingListener listener, Map<String, INDArray> activations);

  /** Its flat parameters. */
  default INDArray params() {
    return model().params();
  }

  static Dl4jNetwork of(ComputationGraph graph) {
    return new Graph(Objects.requireNonNull(graph, "graph"));
  }

  static Dl4jNetwork of(MultiLayerNetwork network) {
    return new Layers(network, Layers.asGraph(network.getLayerWiseConfigurations()));
  }

  /** A graph of layers and other vertices. */
  record Graph(ComputationGraph model) implements Dl4jNetwork {

    @Override
    public ComputationGraphConfiguration configuration() {
      return model.getConfiguration();
    }

    @Override
    public Map<String, Layer> layers() {
      Map<String, Layer> layers = new LinkedHashMap<>();
      Arrays.stream(model.getVertices())
          .filter(GraphVertex::hasLayer)
          .forEach(vertex -> layers.put(vertex.getVertexName(), vertex.getLayer()));
      return layers;
    }

    @Override
    public BaseMultiLayerUpdater<?> updater() {
      return model.getUpdater(true);
    }

    @Override
    public INDArray gradients() {
      if (model.getFlattenedGradients() == null) {
        model.initGradientsView();
      }
      return model.getFlattenedGradients();
    }

    @Override
    public Collection<TrainingListener> listeners() {
      return model.getListeners();
    }

    @Override
    public int iteration() {
      return model.getIterationCount();
    }

    @Override
    public int epoch() {
      return model.getEpochCount();
    }

    @Override
    public void setIteration(int iteration) {
      model.getConfiguration().setIterationCount(iteration);
      layers().values().forEach(layer -> layer.setIterationCount(iteration));
    }

    @Override
    public void endEpoch() {
      model.incrementEpochCount();
    }

    @Override
    public void setInputs(List<INDArray> inputs) {
      model.setInputs(inputs.toArray(INDArray[]::new));
    }

    @Override
    public void setLabels(List<INDArray> labels) {
      model.setLabels(labels.toArray(INDArray[]::new));
    }

    @Override
    public void setScore(double score) {
      model.setScore(score);
    }

    @Override
    public void setGradient(Gradient gradient) {
      model.setGradient(gradient);
    }

    @Override
    public void setWaited(long milliseconds) {
      model.setLastEtlTime(milliseconds);
    }

    @Override
    public double regularisation() {
      return model.calcRegularizationScore(true);
    }

    @Override
    public void forwardPass(TrainingListener listener, Map<String, INDArray> activations) {
      listener.onForwardPass(model, activations);
    }
  }

  /**
   * One layer after the other.
   *
   * @param configuration of the same network as a graph
   */
  record Layers(MultiLayerNetwork model, ComputationGraphConfiguration configuration)
      implements Dl4jNetwork {

    private static final String INPUT = "in";

    @SuppressWarnings("deprecation")
    private static ComputationGraphConfiguration asGraph(MultiLayerConfiguration layers) {
      NeuralNetConfiguration first = layers.getConf(0);
      GraphBuilder graph =
          new NeuralNetConfiguration.Builder()
              .dataType(layers.getDataType())
              .miniBatch(first.isMiniBatch())
              .graphBuilder()
              .backpropType(layers.getBackpropType())
              .validateOutputLayerConfig(false)
              .addInputs(INPUT);
      String before = INPUT;
      for (int i = 0; i < layers.getConfs().size(); i++) {
        String name = Integer.toString(i);
        graph.addLayer(
            name, layers.getConf(i).clone().getLayer(), layers.getInputPreProcess(i), before);
        before = name;
      }
      ComputationGraphConfiguration configuration = graph.setOutputs(before).build();
      configuration.setDefaultConfiguration(first);
      return configuration;
    }

    @Override
    public Map<String, Layer> layers() {
      Map<String, Layer> layers = new LinkedHashMap<>();
      for (int i = 0; i < model.getnLayers(); i++) {
        layers.put(Integer.toString(i), model.getLayer(i));
      }
      return layers;
    }

    @Override
    public BaseMultiLayerUpdater<?> updater() {
      return (BaseMultiLayerUpdater<?>) model.getUpdater(true);
    }

    @Override
    public INDArray gradients() {
      if (model.getFlattenedGradients() == null) {
        model.initGradientsView();
      }
      return model.getFlattenedGradients();
    }

    @Override
    public Collection<TrainingListener> listeners() {
      return model.getListeners();
    }

    @Override
    public int iteration() {
      return model.getIterationCount();
    }

    @Override
    public int epoch() {
      return model.getEpochCount();
    }

    @Override
    public void setIteration(int iteration) {
      model.setIterationCount(iteration);
      layers().values().forEach(layer -> layer.setIterationCount(iteration));
    }

    @Override
    public void endEpoch() {
      model.incrementEpochCount();
    }

    @Override
    public void setInputs(List<INDArray> inputs) {
      model.setInput(inputs.get(0));
    }

    @Override
    public void setLabels(List<INDArray> labels) {
      model.setLabels(labels.get(0));
    }

    @Override
    public void setScore(double score) {
      model.setScore(score);
    }

    @Override
    public void setGradient(Gradient gradient) {
      model.setGradient(gradient);
    }

    @Override
    public void setWaited(long milliseconds) {
      model.setLastEtlTime(milliseconds);
    }

    @Override
    public double regularisation() {
      return model.calcRegularizationScore(true);
    }

    @Override
    public void forwardPass(TrainingListener listener, Map<String, INDArray> activations) {
      listener.onForwardPass(model, List.copyOf(activations.values()));
    }
  }
}
