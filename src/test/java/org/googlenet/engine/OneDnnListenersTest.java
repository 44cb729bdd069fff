package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.listeners.PerformanceListener;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A trainer calls a network's listeners when DL4J's own {@code fit} does, and shows them the same.
 */
class OneDnnListenersTest {

  private static final int EPOCHS = 2;

  @BeforeAll
  static void library() {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    NativeThreads.use(1);
  }

  @Test
  void aGraphsListenersHearWhatTheyHearInDl4j() {
    Hearing expected = new Hearing();
    Hearing actual = new Hearing();
    ComputationGraph fitted = layers().toComputationGraph();
    ComputationGraph trained = layers().toComputationGraph();
    fitted.setListeners(expected);
    trained.setListeners(actual);

    fitted.fit(data(), EPOCHS);
    try (OneDnnTrainer trainer = OneDnnTrainer.of(trained).threads(1).open()) {
      trainer.fit(data(), EPOCHS);
    }

    assertSame(actual, expected);
  }

  @Test
  void whatIsBehindAGlobalPoolIsAVectorToListeners() {
    List<String> shapes = new ArrayList<>();
    MultiLayerNetwork network =
        initialised(
            builder()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new GlobalPoolingLayer(PoolingType.AVG))
                .layer(new ActivationLayer(Activation.TANH)));
    network.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onForwardPass(Model model, List<INDArray> activations) {
            activations.forEach(each -> shapes.add(Arrays.toString(each.shape())));
          }
        });
    DataSet batch = data().next();
    network.fit(batch);
    try (OneDnnTrainer trainer = OneDnnTrainer.of(network).threads(1).open()) {
      trainer.fit(batch);
    }
    assertThat(shapes).hasSize(8);
    assertThat(shapes.subList(4, 8)).isEqualTo(shapes.subList(0, 4)).contains("[4, 4]");
  }

  @Test
  void theListenersOfASequenceOfLayersHearWhatTheyHearInDl4j() {
    Hearing expected = new Hearing();
    Hearing actual = new Hearing();
    MultiLayerNetwork fitted = layers();
    MultiLayerNetwork trained = layers();
    fitted.setListeners(expected);
    trained.setListeners(actual);

    fitted.fit(data(), EPOCHS);
    try (OneDnnTrainer trainer = OneDnnTrainer.of(trained).threads(1).open()) {
      trainer.fit(data(), EPOCHS);
    }

    assertSame(actual, expected);
  }

  @Test
  void aListenerMayComeAndGoBetweenSteps() {
    MultiLayerNetwork network = layers();
    Hearing hearing = new Hearing();
    DataSet batch = data().next();
    try (OneDnnTrainer trainer = OneDnnTrainer.of(network).threads(1).open()) {
      trainer.fit(batch);
      network.addListeners(hearing);
      trainer.fit(batch);
      network.setListeners();
      trainer.fit(batch);
    }
    assertThat(hearing.calls).first().asString().startsWith("forward at 1");
    assertThat(hearing.calls).last().asString().startsWith("done 1");
  }

  @Test
  void performanceListenersLearnHowLongABatchWasWaitedFor() {
    List<Long> waited = new ArrayList<>();
    MultiLayerNetwork network = layers();
    network.setListeners(
        new PerformanceListener(1) {
          private static final long serialVersionUID = 1L;

          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            super.iterationDone(model, iteration, epoch);
            waited.add(network.getLastEtlTime());
          }
        });
    try (OneDnnTrainer trainer = OneDnnTrainer.of(network).threads(1).open()) {
      trainer.fit(
          new ListDataSetIterator<>(data().next().asList(), 2) {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized DataSet next() {
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
              return super.next();
            }
          });
    }
    assertThat(waited).hasSize(2).first().satisfies(each -> assertThat(each).isGreaterThan(10));
  }

  /** As DL4J's own listener of statistics, which reads {@code gradient()} in its last call. */
  @Test
  void theGradientOfALayerIsItsUpdateWhenAnIterationIsDone() {
    MultiLayerNetwork network = layers();
    INDArray before = network.params().dup();
    List<Double> differences = new ArrayList<>();
    network.setListeners(
        onDone(
            model ->
                differences.add(
                    before.sub(model.gradient().gradient()).distance2(model.params()))));
    try (OneDnnTrainer trainer = OneDnnTrainer.of(network).threads(1).open()) {
      trainer.fit(data().next());
    }
    assertThat(differences).hasSize(1).allSatisfy(each -> assertThat(each).isLessThan(1e-6));
  }

  private static TrainingListener onDone(Consumer<Model> action) {
    return new BaseTrainingListener() {
      @Override
      public void iterationDone(Model model, int iteration, int epoch) {
        action.accept(model);
      }
    };
  }

  private static void assertSame(Hearing actual, Hearing expected) {
    assertThat(actual.calls).isEqualTo(expected.calls).isNotEmpty();
    double[] figures = expected.figures.stream().mapToDouble(Double::doubleValue).toArray();
    assertThat(actual.figures.stream().mapToDouble(Double::doubleValue).toArray())
        .containsExactly(figures, within(1e-4));
  }

  /** Keeps the calls, with all that a listener can ask for, and the figures apart from that. */
  private static final class Hearing implements TrainingListener {

    private final List<String> calls = new ArrayList<>();
    private final List<Double> figures = new ArrayList<>();

    @Override
    public void onEpochStart(Model model) {
      calls.add("epoch " + epoch(model) + " starts");
    }

    @Override
    public void onEpochEnd(Model model) {
      calls.add("epoch " + epoch(model) + " ends");
    }

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      calls.add("forward at " + iteration(model) + " of " + shapes(activations));
      activations.forEach(each -> figures.add(mean(each)));
    }

    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
      calls.add(
          "forward at "
              + iteration(model)
              + " of "
              + new TreeMap<>(activations).keySet()
              + shapes(new TreeMap<>(activations).values()));
      new TreeMap<>(activations).values().forEach(each -> figures.add(mean(each)));
    }

    @Override
    public void onBackwardPass(Model model) {
      calls.add("backward of " + model.batchSize());
      hear(model);
    }

    @Override
    public void onGradientCalculation(Model model) {
      calls.add(
          "gradient of "
              + model.gradient().gradientForVariable().keySet().stream().sorted().toList());
      hear(model);
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      calls.add("done " + iteration + " of " + epoch + " at " + iteration(model));
      hear(model);
      figures.add(mean(model.params()));
    }

    private void hear(Model model) {
      figures.add(model.score());
      figures.add(mean(model.input()));
      new TreeMap<>(model.gradient().gradientForVariable())
          .values()
          .forEach(each -> figures.add(mean(each)));
    }

    private static List<String> shapes(Collection<INDArray> arrays) {
      return arrays.stream().map(each -> Arrays.toString(each.shape())).toList();
    }

    private static double mean(INDArray values) {
      return values.ameanNumber().doubleValue();
    }

    private static int iteration(Model model) {
      return model instanceof ComputationGraph graph
          ? graph.getIterationCount()
          : ((MultiLayerNetwork) model).getIterationCount();
    }

    private static int epoch(Model model) {
      return model instanceof ComputationGraph graph
          ? graph.getEpochCount()
          : ((MultiLayerNetwork) model).getEpochCount();
    }
  }

  /** Three batches, the last one smaller. */
  private static DataSetIterator data() {
    INDArray labels = Nd4j.zeros(10, 3);
    for (int i = 0; i < 10; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    INDArray images = Nd4j.rand(7L, new long[] {10, 2, 8, 8}).subi(0.5);
    return new ListDataSetIterator<>(new DataSet(images, labels).asList(), 4);
  }

  private static MultiLayerNetwork layers() {
    return initialised(
        builder()
            .layer(
                new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.IDENTITY).build())
            .layer(new ActivationLayer(Activation.RELU))
            .layer(new DenseLayer.Builder().nOut(5).activation(Activation.TANH).build()));
  }

  private static ListBuilder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .updater(new Nesterovs(0.02, 0.9))
        .l2(1e-3)
        .list();
  }

  private static MultiLayerNetwork initialised(ListBuilder layers) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            layers
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(8, 8, 2))
                .build());
    network.init();
    return network;
  }
}
