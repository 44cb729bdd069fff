package org.googlenet.evaluation;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.googlenet.checkpoint.Checkpoint;
import org.googlenet.checkpoint.Metadata;
import org.googlenet.data.Augmentation;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.ModelProblem;
import org.googlenet.model.ModelZip;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * A model to evaluate or to predict with, from a run, a checkpoint's folder or a {@code model.zip}.
 *
 * @param location what was read, for messages
 * @param configuration JSON of the network's {@code ComputationGraphConfiguration}
 * @param parameters flat vector in DL4J's order
 * @param side height and width of the input in pixels
 * @param classNames in the order of the labels; {@code class 0}, {@code class 1} and so on where
 *     only a {@code model.zip} is known
 * @param augmentation the training's, which decides what part of an image the network looks at
 */
public record TrainedModel(
    String location,
    String configuration,
    float[] parameters,
    int side,
    List<String> classNames,
    Augmentation augmentation) {

  /** The blob with the network and its parameters. */
  public static final String MODEL = "model.zip";

  /** The blob, a {@link Metadata}, with what a checkpoint knows beside its vectors. */
  public static final String STATE = "state.json";

  /** The label of {@link #STATE} with the names of the classes, one a line. */
  public static final String CLASS_NAMES = "classNames";

  /** The label of {@link #STATE} with the recipe's augmentation. */
  public static final String AUGMENTATION = "augmentation";

  /** The label of {@link #STATE} with the side of the input in pixels. */
  public static final String SIDE = "side";

  /** A {@code model.zip} of the largest network has some hundred MB. */
  private static final int LARGEST_ZIP = 1 << 30;

  /**
   * Opens a model.
   *
   * @param location a run, a checkpoint's folder, or a {@code .zip} in DL4J's format
   * @throws ModelProblem if there is no model or it is no GoogLeNet
   */
  public static TrainedModel open(Stores stores, String location) {
    try {
      if (location.endsWith(".zip")) {
        return of(location, zip(stores, location), Metadata.NONE);
      }
      Optional<Checkpoint> named = Checkpoint.find(stores, location);
      return of(named.isPresent() ? named.get() : Checkpoint.newest(stores.open(location)));
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }

  private static byte[] zip(Stores stores, String location) throws IOException {
    int slash = location.lastIndexOf('/');
    ObjectStore folder = stores.open(slash < 0 ? "." : location.substring(0, Math.max(slash, 1)));
    try {
      return folder.readBytes(location.substring(slash + 1), LARGEST_ZIP);
    } catch (FileNotFoundException e) {
      throw new ModelProblem(
          location + ": there is no such file; name a model.zip, a checkpoint or a run", e);
    }
  }

  /** The model of a checkpoint, whose blobs are checked as they are read. */
  public static TrainedModel of(Checkpoint checkpoint) throws IOException {
    Metadata state =
        Metadata.fromJson(checkpoint.bytes(STATE), checkpoint.location() + "/" + STATE);
    return of(checkpoint.location(), checkpoint.bytes(MODEL), state);
  }

  private static TrainedModel of(String location, byte[] zip, Metadata state) throws IOException {
    ModelZip contents = ModelZip.read(zip, location);
    ComputationGraphConfiguration network = contents.configuration();
    if (!network.getNetworkOutputs().equals(GoogLeNet.HEADS)) {
      throw new ModelProblem(
          "%s: its outputs are %s and a GoogLeNet's are %s: name a model that this job trained"
              .formatted(location, network.getNetworkOutputs(), GoogLeNet.HEADS));
    }
    return new TrainedModel(
        location,
        network.toJson(),
        contents.parameters(),
        side(network, state.labels()),
        classNames(state.labels(), classes(network)),
        augmentation(state.labels()));
  }

  /** The number of classes. */
  public int classes() {
    return classNames.size();
  }

  /**
   * DL4J's configuration does not hold the input's side. Of a lone {@code model.zip} only the last
   * map's is known, which is a 32nd of the side, rounded up.
   */
  private static int side(ComputationGraphConfiguration network, Map<String, String> labels) {
    String side = labels.get(SIDE);
    return side != null
        ? Integer.parseInt(side)
        : 32 * ((SubsamplingLayer) layer(network, "avgpool")).getKernelSize()[0];
  }

  private static int classes(ComputationGraphConfiguration network) {
    return Math.toIntExact(((FeedForwardLayer) layer(network, GoogLeNet.HEADS.get(0))).getNOut());
  }

  private static Layer layer(ComputationGraphConfiguration network, String vertex) {
    return ((LayerVertex) network.getVertices().get(vertex)).getLayerConf().getLayer();
  }

  private static List<String> classNames(Map<String, String> labels, int classes) {
    String names = labels.get(CLASS_NAMES);
    return names != null
        ? List.of(names.split("\n"))
        : IntStream.range(0, classes).mapToObj(label -> "class " + label).toList();
  }

  private static Augmentation augmentation(Map<String, String> labels) {
    String name = labels.getOrDefault(AUGMENTATION, "none");
    return new Augmentation(Augmentation.Kind.valueOf(name.toUpperCase(Locale.ROOT)));
  }
}
