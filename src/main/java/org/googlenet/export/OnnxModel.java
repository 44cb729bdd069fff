package org.googlenet.export;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto.DataType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.googlenet.data.image.Normalisation;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.ModelProblem;
import org.googlenet.model.TopologicalOrder;

/**
 * A network as an ONNX model, for programs that know nothing of DL4J: operator set 17, IR version
 * 8, any number of images at a time. The same network gives the same bytes.
 *
 * <p>The input is {@code input} {@code [N, 3, side, side]}. The outputs are {@code logits} and
 * {@code probabilities} {@code [N, classes]} of the main head; those of another head have its name
 * in front, as in {@code aux1_logits}. Results in between have the names of DL4J's vertices, and
 * constants those of DL4J's parameters, such as {@code conv1_W}.
 *
 * @param configuration of the network
 * @param parameters flat, in DL4J's order
 * @param side height and width of the input in pixels
 * @param heads which outputs, in order
 * @param preprocessing if given, the input is {@code image} {@code [N, height, width, 3]} of bytes
 *     in the order red, green, blue, of which the graph cuts out the centre ({@link
 *     OnnxPreprocessing})
 * @param metadata of the model, by name
 */
public record OnnxModel(
    ComputationGraphConfiguration configuration,
    float[] parameters,
    int side,
    List<String> heads,
    Optional<Normalisation> preprocessing,
    SortedMap<String, String> metadata) {

  /** ONNX 1.12's: ONNX Runtime 1.12 and newer, OpenCV and others read it. */
  private static final int OPERATORS = 17;

  private static final int IR_VERSION = 8;

  /** The dimension that is known only when the model is run. */
  private static final String IMAGES = "N";

  public OnnxModel {
    heads = List.copyOf(heads);
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
  }

  /**
   * The model in ONNX's protobuf format.
   *
   * @throws ModelProblem if the network has a vertex that cannot be written
   */
  public byte[] bytes() {
    return model().toByteArray();
  }

  private ModelProto model() {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("googlenet-spark")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATORS));
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    OnnxGraph graph = new OnnxGraph();
    preprocessing.ifPresentOrElse(
        normalisation -> OnnxPreprocessing.add(graph, IMAGES, side, normalisation, GoogLeNet.INPUT),
        () -> graph.input(GoogLeNet.INPUT, DataType.FLOAT, List.of(IMAGES, 3, side, side)));
    OnnxLayers layers = new OnnxLayers(graph, configuration, parameters, side);
    layers.input(GoogLeNet.INPUT, GoogLeNet.INPUT);
    addVertices(layers);
    heads.forEach(head -> addOutputs(graph, head));
    return model.setGraph(graph.build("GoogLeNet")).build();
  }

  private void addVertices(OnnxLayers layers) {
    Set<String> needed = Ancestors.of(configuration, heads);
    for (String vertex : TopologicalOrder.of(configuration)) {
      if (heads.contains(vertex)) {
        layers.addClassifier(vertex, logits(vertex), probabilities(vertex));
      } else if (needed.contains(vertex) && !vertex.equals(GoogLeNet.INPUT)) {
        layers.add(vertex);
      }
    }
  }

  private void addOutputs(OnnxGraph graph, String head) {
    LayerVertex vertex = (LayerVertex) configuration.getVertices().get(head);
    long classes = ((FeedForwardLayer) vertex.getLayerConf().getLayer()).getNOut();
    for (String name : List.of(logits(head), probabilities(head))) {
      graph.output(name, DataType.FLOAT, List.of(IMAGES, classes));
    }
  }

  private static String logits(String head) {
    return prefix(head) + "logits";
  }

  private static String probabilities(String head) {
    return prefix(head) + "probabilities";
  }

  private static String prefix(String head) {
    return head.equals(GoogLeNet.HEADS.get(0)) ? "" : head + "_";
  }
}
