package org.googlenet.evaluation;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.image.Decoding;
import org.googlenet.data.image.Preset;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.ModelProblem;
import org.googlenet.model.ModelZip;
import org.googlenet.recipe.RecipeNetwork;
import org.googlenet.registry.SavedModel;
import org.googlenet.run.Blobs;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.StateFile;
import org.googlenet.storage.Location;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * A trained model to evaluate or predict with, from a run, a checkpoint, a promoted model or a
 * {@code model.zip}.
 *
 * @param location what was read, for messages
 * @param configuration JSON of the network's {@code ComputationGraphConfiguration}
 * @param parameters flat vector in DL4J's order
 * @param side height and width of the input in pixels
 * @param classNames in the order of the labels; {@code class 0}, {@code class 1} and so on for a
 *     {@code model.zip} alone
 * @param decoding the training's: how images become the network's input
 */
public record TrainedModel(
    String location,
    String configuration,
    float[] parameters,
    int side,
    List<String> classNames,
    Decoding decoding) {

  /** The blob with the network and its parameters. */
  public static final String MODEL = "model.zip";

  /**
   * The blobs of a checkpoint that are promoted: all that a model needs unless training continues.
   */
  public static final List<String> BLOBS = List.of(MODEL, StateFile.NAME);

  /** The {@code model.zip} of the largest network is a few hundred MB. */
  private static final int LARGEST_ZIP = 1 << 30;

  /** The names of a few thousand classes are a few hundred KB. */
  private static final int LARGEST_STATE = 64 << 20;

  /**
   * Opens a model.
   *
   * @param location a run (its newest checkpoint that verifies), a checkpoint's folder, a promoted
   *     model's folder, a folder of promoted models (its champion), or a {@code .zip} in DL4J's
   *     format; if that is a {@code model.zip} with a {@code state.json} beside it, as a stage of
   *     Spark ML is saved, the model is of both, and of their folder
   * @throws ModelProblem if it is not a GoogLeNet
   * @throws CheckpointProblem if there is no model, or it is damaged
   */
  public static TrainedModel open(Stores stores, String location) {
    try {
      return location.endsWith(".zip")
          ? ofZip(stores, location)
          : of(SavedModel.open(stores, location));
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }

  /**
   * Reads a model in storage.
   *
   * @throws ModelProblem if it is not a GoogLeNet
   * @throws CheckpointProblem if it is damaged
   */
  public static TrainedModel of(SavedModel model) throws IOException {
    return of(model.blobs());
  }

  /**
   * The model of the bytes of its files.
   *
   * @param location where they are from, for messages
   * @param zip a {@code model.zip}
   * @param state the {@code state.json} beside it; empty for a {@code model.zip} alone
   * @throws ModelProblem if it is not a GoogLeNet
   * @throws CheckpointProblem if it is damaged
   */
  public static TrainedModel of(String location, byte[] zip, Optional<byte[]> state)
      throws IOException {
    return read(
        location,
        zip,
        state.map(bytes -> StateFile.fromJson(bytes, location + "/" + StateFile.NAME)));
  }

  /**
   * The bytes of a {@code .zip}.
   *
   * @throws ModelProblem if there is no such file
   */
  public static byte[] zip(Stores stores, String location) throws IOException {
    Location place = Location.of(location);
    try {
      return stores.open(place.folder().text()).readBytes(place.name(), LARGEST_ZIP);
    } catch (FileNotFoundException e) {
      throw new ModelProblem(
          location + ": there is no such file; name a model.zip, a checkpoint or a run", e);
    }
  }

  private static TrainedModel ofZip(Stores stores, String location) throws IOException {
    byte[] zip = zip(stores, location);
    Optional<byte[]> state = stateBeside(stores, location);
    return of(state.isPresent() ? Location.of(location).folder().text() : location, zip, state);
  }

  /** The {@code state.json} beside a {@code model.zip}; empty if there is none. */
  public static Optional<byte[]> stateBeside(Stores stores, String zip) throws IOException {
    Location place = Location.of(zip);
    if (!place.name().equals(MODEL)) {
      return Optional.empty();
    }
    try {
      ObjectStore folder = stores.open(place.folder().text());
      return Optional.of(folder.readBytes(StateFile.NAME, LARGEST_STATE));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private static TrainedModel of(Blobs blobs) throws IOException {
    byte[] state = blobs.bytes(StateFile.NAME, LARGEST_STATE);
    return of(blobs.location(), blobs.bytes(MODEL, LARGEST_ZIP), Optional.of(state));
  }

  private static TrainedModel read(String location, byte[] zip, Optional<StateFile> state)
      throws IOException {
    ModelZip contents = ModelZip.read(zip, location);
    GoogLeNet network = network(contents, location);
    return new TrainedModel(
        location,
        contents.configuration().toJson(),
        contents.parameters(),
        network.side(),
        state
            .map(trained -> trained.data().classNames())
            .filter(names -> !names.isEmpty())
            .orElseGet(() -> numbered(network.classes())),
        state.map(trained -> decoding(trained, location)).orElseGet(Preset.PLAIN::decoding));
  }

  private static Decoding decoding(StateFile state, String location) {
    try {
      return RecipeNetwork.decoding(state);
    } catch (CheckpointProblem e) {
      throw new CheckpointProblem(location + "/" + e.getMessage(), e);
    }
  }

  private static GoogLeNet network(ModelZip contents, String location) {
    try {
      return GoogLeNet.of(contents.configuration());
    } catch (ModelProblem e) {
      throw new ModelProblem(
          "%s: %s; name a model that 'googlenet train' has written"
              .formatted(location, e.getMessage()),
          e);
    }
  }

  /** The network, as {@link #configuration} describes it. */
  public GoogLeNet network() {
    return GoogLeNet.of(ComputationGraphConfiguration.fromJson(configuration));
  }

  /** The number of classes. */
  public int classes() {
    return classNames.size();
  }

  /**
   * Checks that its labels mean the same as a data set's. A model from elsewhere does not name its
   * classes, so only their number can be compared.
   *
   * @throws DataProblem if they do not
   */
  public void requireClassesOf(Dataset data) {
    List<String> others = data.classNames();
    boolean isAsMany = others.size() == classes(); // if not, the evaluator says so
    if (isAsMany && !classNames.equals(others) && !classNames.equals(numbered(classes()))) {
      throw new DataProblem(
          "%s: its classes are not those of %s, or in another order; prepare it again with the same --class-names or --synsets"
              .formatted(data.location(), location));
    }
  }

  private static List<String> numbered(int classes) {
    return IntStream.range(0, classes).mapToObj(label -> "class " + label).toList();
  }
}
