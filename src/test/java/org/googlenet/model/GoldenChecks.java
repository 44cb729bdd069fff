package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * Compares what an engine computes with a file of another framework's float64 numbers, and says how
 * far each quantity is away.
 */
public final class GoldenChecks {

  /** For what the files suggest no limit; a value that is no number misses it all the same. */
  private static final double ANY_NUMBER = Double.POSITIVE_INFINITY;

  private static final double[] GENTLE_ROWS = {1e-5, 5e-4, 2e-3, 5e-3, 1e-2, 3e-2};

  private final Golden golden;
  private final Limits limits;
  private final Deviations deviations = new Deviations();

  /**
   * How far a correct engine may be away from float64.
   *
   * @param stageL2 L2 norm of a stage, relative
   * @param stageProbe sampled values of a stage, over the stage's root mean square
   * @param logitsL2 L2 norm of a head's logits, relative
   * @param logits each logit
   * @param logitsDifference L2 norm of the difference of a head's logits, relative
   * @param loss of a head
   * @param gradientL2 L2 norm of a tensor's gradient, relative
   * @param gradientFirst first values of a tensor's gradient, over its largest
   * @param updateL2 L2 norm of a tensor's change in five steps, relative
   * @param running each running mean and variance behind a step, over its layer's largest
   * @param rows by trajectory: of the losses before the first step, before the second ...
   */
  public record Limits(
      double stageL2,
      double stageProbe,
      double logitsL2,
      double logits,
      double logitsDifference,
      double loss,
      double gradientL2,
      double gradientFirst,
      double updateL2,
      double running,
      Map<String, double[]> rows) {

    /** Of fp32, whatever the order of sums. */
    public static final Limits FP32 =
        new Limits(
            1e-5,
            1e-4,
            1e-5,
            1e-4,
            1e-5,
            1e-5,
            5e-3,
            1e-2,
            5e-2,
            1e-4,
            Map.of(
                "lr0.001",
                GENTLE_ROWS,
                "lr0.001_wd0.5",
                GENTLE_ROWS,
                "lr0.01",
                new double[] {1e-5, 1e-3}));

    /** Of activations and copies of weights in bf16, accumulated in fp32. */
    public static final Limits BF16 =
        new Limits(
            ANY_NUMBER,
            ANY_NUMBER,
            ANY_NUMBER,
            ANY_NUMBER,
            2e-2,
            2e-2,
            0.3,
            ANY_NUMBER,
            ANY_NUMBER,
            ANY_NUMBER,
            Map.of("lr0.001", new double[] {6e-2, 6e-2, 6e-2, 6e-2, 6e-2}));

    /**
     * The normalisations of a small batch multiply rounding: PyTorch in fp32 is up to 2.9e-3 away
     * from its own float64 in the norm of a tensor's gradient, and 9e-3 in its first values, where
     * without them it is 1.0e-3 and 3.0e-3 away.
     */
    Limits ofNormalisedGradients() {
      return new Limits(
          stageL2,
          stageProbe,
          logitsL2,
          logits,
          logitsDifference,
          loss,
          3 * gradientL2,
          10 * gradientFirst,
          updateL2,
          running,
          rows);
    }
  }

  /** An engine that trains a network on the file's batch; losses are in the order of the heads. */
  public interface Training extends AutoCloseable {

    /** One step; returns the losses before it. */
    double[] step();

    /** The losses now. */
    double[] losses();

    @Override
    void close();
  }

  public GoldenChecks(Golden golden, Limits limits) {
    this.golden = golden;
    this.limits = golden.variant() == Variant.BATCHNORM ? limits.ofNormalisedGradients() : limits;
  }

  /** The file's network with its parameters, trained by momentum 0.9 at a fixed rate. */
  public static ComputationGraph network(Golden golden, double rate, double decay) {
    MomentumSgd sgd = new MomentumSgd(0.9, new LearningRateSchedule.Constant(rate, 0), 0);
    GoogLeNet model =
        GoogLeNet.of(golden.variant(), golden.classes(), golden.side()).withDropout(0, 0);
    ComputationGraph network = new ComputationGraph(model.configuration(sgd, decay, 1));
    // Given parameters, DL4J draws none.
    network.init(Nd4j.zeros(DataType.FLOAT, 1, golden.parameters()), false);
    golden.setParameters(network);
    return network;
  }

  /**
   * Compares every stage of the forward pass.
   *
   * @param values by vertex, gives {@code [n, c, h, w]}, n the file's batch
   */
  public void stages(Function<String, float[]> values) {
    golden
        .expected()
        .get("stages")
        .fields()
        .forEachRemaining(
            stage -> stage(stage.getKey(), values.apply(stage.getKey()), stage.getValue()));
  }

  private void stage(String name, float[] values, JsonNode expected) {
    double l2 = expected.get("l2").asDouble();
    double rms = l2 / Math.sqrt(values.length);
    deviations.note("stage l2", name, l2(values) / l2 - 1, limits.stageL2);
    for (int j = 0; j < 16; j++) {
      int at = (int) ((j * 1000003L + 12345) % values.length);
      double difference = values[at] - expected.get("probe16").get(j).asDouble();
      deviations.note("stage probe", name, difference / rms, limits.stageProbe);
    }
    for (int j = 0; j < 8; j++) {
      double difference = values[j] - expected.get("first8").get(j).asDouble();
      deviations.note("stage probe", name, difference / rms, limits.stageProbe);
    }
  }

  /**
   * Compares the logits of every head.
   *
   * @param values by head, gives {@code [n, classes]}
   */
  public void logits(Function<String, float[]> values) {
    for (String head : GoogLeNet.HEADS) {
      logits(head, values.apply(head), golden.expected().get("logits").get(head));
    }
  }

  private void logits(String head, float[] values, JsonNode expected) {
    deviations.note(
        "logits l2", head, l2(values) / expected.get("l2").asDouble() - 1, limits.logitsL2);
    double squares = 0;
    double reference = 0;
    for (int n = 0; n < golden.batch(); n++) {
      JsonNode row = expected.get("first16").get(n);
      for (int j = 0; j < row.size(); j++) {
        double difference = values[n * golden.classes() + j] - row.get(j).asDouble();
        deviations.note("logits", head, difference, limits.logits);
        squares += difference * difference;
        reference += row.get(j).asDouble() * row.get(j).asDouble();
      }
    }
    deviations.note(
        "logits difference", head, Math.sqrt(squares / reference), limits.logitsDifference);
  }

  /**
   * Compares the loss of every head, and their weighted total.
   *
   * @param losses in the order of the heads
   */
  public void losses(double[] losses) {
    JsonNode expected = golden.expected().get("loss");
    byName(losses)
        .forEach(
            (head, loss) ->
                deviations.note("loss", head, loss - expected.get(head).asDouble(), limits.loss));
  }

  /** Compares every tensor of a network's flat gradient, which is the sum over the batch. */
  public void gradients(ComputationGraph network) {
    Map<String, INDArray> gradients = FlatGradient.views(network);
    for (Golden.Tensor tensor : golden.trained()) {
      float[] sums = Golden.inFileLayout(tensor, gradients.get(tensor.parameter()));
      gradient(tensor.name(), mean(sums), golden.expected().get("grads").get(tensor.name()));
    }
  }

  private void gradient(String name, float[] gradient, JsonNode expected) {
    deviations.note(
        "gradient l2", name, l2(gradient) / expected.get("l2").asDouble() - 1, limits.gradientL2);
    for (int i = 0; i < 4; i++) {
      double difference = gradient[i] - expected.get("first4").get(i).asDouble();
      deviations.note(
          "gradient first4",
          name,
          difference / expected.get("max").asDouble(),
          limits.gradientFirst);
    }
  }

  /** Trains the file's network anew for each trajectory that has a limit. */
  public void trajectories(Function<ComputationGraph, Training> trainings) {
    limits.rows.forEach(
        (name, rows) -> {
          JsonNode expected = golden.expected().get("trajectories").get(name);
          trajectory(name, rows, expected, trainings);
        });
  }

  private void trajectory(
      String name,
      double[] rows,
      JsonNode expected,
      Function<ComputationGraph, Training> trainings) {
    ComputationGraph network =
        network(golden, expected.get("lr").asDouble(), expected.get("weight_decay").asDouble());
    int last = rows.length - 1;
    try (Training training = trainings.apply(network)) {
      for (int step = 0; step < last; step++) {
        row(name, step, training.step(), expected, rows[step]);
      }
      row(name, last, training.losses(), expected, rows[last]);
    }
    if (last == expected.get("rows").size() - 1) {
      updates(name, network, expected.get("update_l2"));
    }
    network.close();
  }

  /**
   * Makes one step with a decay that shows where it is applied, and compares what it does to each
   * tensor, and the running statistics behind it.
   */
  public void step(Function<ComputationGraph, Training> trainings) {
    JsonNode expected = golden.expected().get("step");
    ComputationGraph network =
        network(golden, expected.get("lr").asDouble(), expected.get("weight_decay").asDouble());
    try (Training training = trainings.apply(network)) {
      training.step();
    }
    updates("step", network, expected.get("update_l2"));
    expected
        .get("running")
        .fields()
        .forEachRemaining(layer -> running(network, layer.getKey(), layer.getValue()));
    network.close();
  }

  /** PyTorch's running variance takes in the unbiased one of a batch, DL4J's the biased one. */
  private void running(ComputationGraph network, String layer, JsonNode expected) {
    double values = expected.get("values").asInt();
    running(network.getParam(layer + "_mean"), layer + "_mean", expected.get("mean"), 1);
    running(
        network.getParam(layer + "_var"),
        layer + "_var",
        expected.get("var"),
        (values - 1) / values);
  }

  private void running(INDArray actual, String name, JsonNode expected, double bias) {
    float[] before = golden.values(golden.tensor(name));
    double[] wanted = new double[before.length];
    for (int i = 0; i < before.length; i++) {
      double kept = BatchNorm.DECAY * before[i];
      wanted[i] = kept + (expected.get(i).asDouble() - kept) * bias;
    }
    double largest = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < before.length; i++) {
      double difference = actual.getDouble(i) - wanted[i];
      deviations.note("running", name, difference / largest, limits.running);
    }
  }

  private void row(String name, int row, double[] losses, JsonNode expected, double limit) {
    Map<String, Double> named = byName(losses);
    for (int column = 0; column < expected.get("columns").size(); column++) {
      String head = expected.get("columns").get(column).asText();
      double difference = named.get(head) - expected.get("rows").get(row).get(column).asDouble();
      deviations.note(name + " row " + row, head, difference, limit);
    }
  }

  private void updates(String name, ComputationGraph network, JsonNode expected) {
    for (Golden.Tensor tensor : golden.trained()) {
      float[] before = golden.values(tensor);
      float[] after = Golden.inFileLayout(tensor, network.getParam(tensor.parameter()));
      double squares = 0;
      for (int i = 0; i < after.length; i++) {
        double update = (double) after[i] - before[i];
        squares += update * update;
      }
      double relative = Math.sqrt(squares) / expected.get(tensor.name()).asDouble() - 1;
      deviations.note(name + " update l2", tensor.name(), relative, limits.updateL2);
    }
  }

  /** Fails unless all that was compared is within its limit. */
  public void hold(String engine) {
    System.out.println("parity of " + engine + " with " + golden + ": " + deviations.worst());
    assertThat(deviations.misses()).as("%s against %s", engine, golden).isEmpty();
  }

  /** The loss of each head, and their weighted total. */
  private static Map<String, Double> byName(double[] losses) {
    LossWeights weights = LossWeights.PAPER;
    return Map.of(
        "main",
        losses[0],
        "aux1",
        losses[1],
        "aux2",
        losses[2],
        "total",
        weights.main() * losses[0] + weights.aux1() * losses[1] + weights.aux2() * losses[2]);
  }

  private float[] mean(float[] sums) {
    float[] means = Arrays.copyOf(sums, sums.length);
    for (int i = 0; i < means.length; i++) {
      means[i] /= golden.batch();
    }
    return means;
  }

  private static double l2(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
