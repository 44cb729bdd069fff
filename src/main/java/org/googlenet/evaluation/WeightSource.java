package org.googlenet.evaluation;

import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.model.ParameterLayout;
import org.googlenet.recipe.RecipeNetwork;
import org.googlenet.storage.Location;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import org.googlenet.weights.ModelMetadata;
import org.googlenet.weights.NetworkTensors;
import org.googlenet.weights.WeightFile;

/** Reads weights from whatever a user names: a model of this program, or a file of another. */
public final class WeightSource {

  private static final String ZIP = ".zip";

  private WeightSource() {}

  /**
   * The tensors of a source.
   *
   * @param location anything that {@link TrainedModel#open} accepts, or a file that {@link
   *     WeightFile} reads
   * @throws org.googlenet.common.Problem if there is nothing, or it cannot be read
   */
  public static NetworkTensors open(Stores stores, String location) {
    if (!isFile(stores, location)) {
      return of(TrainedModel.open(stores, location));
    }
    byte[] file = WeightFile.bytes(stores, location);
    if (!WeightFile.isModelZip(file)) {
      return WeightFile.read(file, location);
    }
    try {
      TrainedModel model = TrainedModel.of(location, file, Optional.empty());
      return of(model, ModelMetadata.of(RecipeNetwork.modelIdentity(model.network())));
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }

  /** The tensors of a model. */
  public static NetworkTensors of(TrainedModel model) {
    return of(model, metadata(model));
  }

  private static NetworkTensors of(TrainedModel model, SortedMap<String, String> metadata) {
    ComputationGraphConfiguration configuration =
        ComputationGraphConfiguration.fromJson(model.configuration());
    return NetworkTensors.of(
        model.location(), ParameterLayout.of(configuration), model.parameters(), metadata);
  }

  /**
   * What is known of a model, for a file of its weights: its network, and how images become its
   * input and what its classes are called unless it was a {@code .zip} alone, which says neither.
   */
  public static SortedMap<String, String> metadata(TrainedModel model) {
    SortedMap<String, String> identity = RecipeNetwork.modelIdentity(model.network());
    if (isZip(model)) {
      return ModelMetadata.of(identity);
    }
    identity.putAll(RecipeNetwork.inputIdentity(model.decoding()));
    SortedMap<String, String> metadata = ModelMetadata.of(identity);
    metadata.put(ModelMetadata.CLASS_NAMES, ModelMetadata.text(model.classNames()));
    return metadata;
  }

  private static boolean isZip(TrainedModel model) {
    return model.location().endsWith(ZIP);
  }

  /** Whether there is a file of this name. */
  private static boolean isFile(Stores stores, String location) {
    Location place = Location.of(location);
    if (location.endsWith("/") || !ObjectStore.isName(place.name())) {
      return false;
    }
    try {
      return stores.open(place.folder().text()).length(place.name()).isPresent();
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }
}
