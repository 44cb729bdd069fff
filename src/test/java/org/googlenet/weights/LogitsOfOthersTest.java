package org.googlenet.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.ParameterLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * With weights that PyTorch and Caffe have saved the network computes what PyTorch and OpenCV
 * compute with them. {@code scripts/weights-test} makes the files and runs this.
 */
@EnabledIfSystemProperty(named = "weights", matches = ".+")
class LogitsOfOthersTest {

  private static final double MOST_OF_LOGITS = 1e-4;

  /** Of the largest value of a stage, if that is more than 1. */
  private static final double MOST_OF_STAGES = 1e-3;

  private static final Path FOLDER = Path.of(System.getProperty("weights", ""));

  /** The vertices that the stages' names stand for. */
  private static final Map<String, String> STAGES =
      Map.of("v1", "conv1", "v3", "conv3", "n2", "norm2");

  @ParameterizedTest
  @CsvSource({
    "torchvision.pth, torchvision, 3",
    "torchvision.safetensors, torchvision, 3",
    "torchvision-folded.onnx, torchvision, 1",
    "torchvision-unfolded.onnx, torchvision, 1",
    "torchvision-dynamo.onnx, torchvision, 1",
    "bvlc.caffemodel, bvlc, 3",
    "bvlc-old.caffemodel, bvlc, 3"
  })
  void theLogitsAndStagesAreTheirs(String name, String expected, int heads) throws IOException {
    ComputationGraph network = network(name, heads == 1);
    Map<String, Tensor> theirs =
        WeightFile.named(
                Files.readAllBytes(FOLDER.resolve(expected + "-expected.safetensors")), expected)
            .tensors();
    Map<String, INDArray> ours =
        new TreeMap<>(network.feedForward(array(theirs.get("input")), false));
    for (String head : GoogLeNet.HEADS.subList(0, heads)) {
      INDArray features = ours.get(head.equals("main") ? "dropout" : head + ".dropout");
      INDArray logits =
          features.mmul(network.getParam(head + "_W")).addiRowVector(network.getParam(head + "_b"));
      assertClose(head, logits, theirs.get("logits." + head), MOST_OF_LOGITS);
    }
    theirs.forEach(
        (key, tensor) -> {
          if (key.startsWith("stage.")) {
            String stage = key.substring("stage.".length());
            String vertex = STAGES.getOrDefault(stage, stage);
            boolean isNormalised = ours.containsKey(vertex + ".bn");
            double largest = Math.max(1, array(tensor).amaxNumber().doubleValue());
            assertClose(
                key,
                ours.get(isNormalised ? vertex + ".bn" : vertex),
                tensor,
                MOST_OF_STAGES * largest);
          }
        });
  }

  /**
   * The model of the ONNX project's own tests: its weights are all alike, so that any network would
   * answer the same, and only the reading is checked.
   */
  @Test
  void theOnnxProjectsInceptionIsReadAsAWholeAndItsUniformAnswerIsTheOneExpected()
      throws IOException {
    float[] ramp = new float[3 * 224 * 224];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = i / (float) ramp.length;
    }
    INDArray output =
        network("light_inception_v1.onnx", true)
            .output(Nd4j.create(ramp, new long[] {1, 3, 224, 224}, 'c'))[0];
    ProtoMessage expected =
        new ProtoMessage(
            ByteBuffer.wrap(Files.readAllBytes(FOLDER.resolve("light_inception_v1_output_0.pb"))));
    float[] theirs = new float[1000];
    expected.bytes(9).orElseThrow().asFloatBuffer().get(theirs);
    assertClose("output", output, Tensor.of(List.of(1, 1000), theirs), 1e-4);
  }

  private static ComputationGraph network(String name, boolean hasOnlyMain) throws IOException {
    NetworkTensors tensors = WeightFile.read(Files.readAllBytes(FOLDER.resolve(name)), name);
    ComputationGraphConfiguration configuration =
        DetectedNetwork.of(tensors, Optional.empty(), Optional.empty())
            .configuration(new MomentumSgd(0, new LearningRateSchedule.Constant(0, 0), 0), 0, 0);
    ParameterLayout layout = ParameterLayout.of(configuration);
    float[] flat = new float[layout.length()];
    Fitting fitting =
        Fitting.of(tensors, layout, flat, hasOnlyMain ? List.of("auxiliary") : List.of());
    assertThat(fitting.lines()).isEmpty();
    ComputationGraph network = new ComputationGraph(configuration);
    network.init(Nd4j.create(flat, new long[] {1, flat.length}, 'c'), false);
    return network;
  }

  private static INDArray array(Tensor tensor) {
    long[] shape = tensor.shape().stream().mapToLong(Integer::longValue).toArray();
    return Nd4j.create(tensor.values(), shape, 'c');
  }

  private static void assertClose(String name, INDArray ours, Tensor theirs, double most) {
    assertThat(ours.shape()).as(name).isEqualTo(array(theirs).shape());
    double difference = ours.sub(array(theirs)).amaxNumber().doubleValue();
    assertThat(difference).as(name).isLessThan(most);
  }
}
