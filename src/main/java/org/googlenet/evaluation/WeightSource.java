package org.googlenet.evaluation;

import java.io.IOException;
import java.util.SortedMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.model.GoogLeNet;
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
    return isFile(stores, location)
        ? WeightFile.open(stores, location)
        : of(TrainedModel.open(stores, location));
  }

  /** The tensors of a model. */
  public static NetworkTensors of(TrainedModel model) {
    ComputationGraphConfiguration configuration =
        ComputationGraphConfiguration.fromJson(model.configuration());
    SortedMap<String, String> identity = RecipeNetwork.modelIdentity(GoogLeNet.of(configuration));
    if (!model.location().endsWith(ZIP)) { // which does not say how images became its input
      identity.putAll(RecipeNetwork.inputIdentity(model.decoding()));
    }
    return NetworkTensors.of(
        model.location(),
        ParameterLayout.of(configuration),
        model.parameters(),
        ModelMetadata.of(identity));
  }

  /** Whether there is a file of this name; DL4J's {@code .zip} is a model. */
  private static boolean isFile(Stores stores, String location) {
    Location place = Location.of(location);
    if (location.endsWith(ZIP) || location.endsWith("/") || !ObjectStore.isName(place.name())) {
      return false;
    }
    try {
      return stores.open(place.folder().text()).length(place.name()).isPresent();
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }
}
