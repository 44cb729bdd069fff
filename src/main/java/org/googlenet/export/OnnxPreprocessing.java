package org.googlenet.export;

import static org.googlenet.export.OnnxGraph.integer;
import static org.googlenet.export.OnnxGraph.integers;

import java.util.List;
import onnx.Onnx.TensorProto.DataType;
import org.googlenet.data.image.Normalisation;

/**
 * The nodes in front of an ONNX network that turn images in bytes into its input: the centre is cut
 * out where our own decoder and torchvision's {@code CenterCrop} have it, and normalised. Images
 * must have been decoded and resized before.
 */
final class OnnxPreprocessing {

  /** The input of a graph with these nodes. */
  static final String IMAGE = "image";

  private OnnxPreprocessing() {}

  /**
   * Adds the graph's input and the nodes.
   *
   * @param images the name of the dimension that is the number of images
   * @param side height and width of the network's input
   * @param result the name of the network's input
   */
  static void add(
      OnnxGraph graph, String images, int side, Normalisation normalisation, String result) {
    graph.input(IMAGE, DataType.UINT8, List.of(images, "height", "width", 3));
    String cut = cut(graph, side);
    String floats =
        graph.node("Cast", IMAGE + "/float", List.of(cut), integer("to", DataType.FLOAT_VALUE));
    String maps =
        graph.node(
            "Transpose",
            IMAGE + "/maps",
            List.of(floats),
            integers("perm", new int[] {0, 3, 1, 2}));
    if (normalisation.channels() == Normalisation.Channels.BGR) {
      String order = graph.integers(IMAGE + "/blue_green_red", 2, 1, 0);
      maps = graph.node("Gather", IMAGE + "/channels", List.of(maps, order), integer("axis", 1));
    }
    String mean = byChannel(graph, "mean", normalisation.mean(), normalisation);
    String deviation = byChannel(graph, "deviation", normalisation.deviation(), normalisation);
    String centred = graph.node("Sub", IMAGE + "/centred", List.of(maps, mean));
    graph.node("Div", result, List.of(centred, deviation));
  }

  /** Half of what is too much, halves rounded to even, is left out above and on the left. */
  private static String cut(OnnxGraph graph, int side) {
    String shape = graph.node("Shape", IMAGE + "/shape", List.of(IMAGE));
    String axes = graph.integers(IMAGE + "/axes", 1, 2);
    String size = graph.node("Gather", IMAGE + "/size", List.of(shape, axes));
    String kept = graph.integers(IMAGE + "/kept", side, side);
    String margin = graph.node("Sub", IMAGE + "/margin", List.of(size, kept));
    String exact =
        graph.node(
            "Cast", IMAGE + "/margin_float", List.of(margin), integer("to", DataType.FLOAT_VALUE));
    String half = graph.floats(IMAGE + "/half", List.of(), new float[] {0.5f}, 0);
    String halved = graph.node("Mul", IMAGE + "/margin_half", List.of(exact, half));
    String rounded = graph.node("Round", IMAGE + "/margin_rounded", List.of(halved));
    String from =
        graph.node("Cast", IMAGE + "/from", List.of(rounded), integer("to", DataType.INT64_VALUE));
    String to = graph.node("Add", IMAGE + "/to", List.of(from, kept));
    return graph.node("Slice", IMAGE + "/cut", List.of(IMAGE, from, to, axes));
  }

  /** Values of red, green and blue as [1, 3, 1, 1] in the order of the network's channels. */
  private static String byChannel(
      OnnxGraph graph, String name, List<Double> byColour, Normalisation normalisation) {
    float[] values = new float[byColour.size()];
    for (int channel = 0; channel < values.length; channel++) {
      values[channel] = byColour.get(normalisation.colour(channel)).floatValue();
    }
    List<Long> shape = List.of(1L, (long) values.length, 1L, 1L);
    return graph.floats(IMAGE + "/" + name, shape, values, 0);
  }
}
