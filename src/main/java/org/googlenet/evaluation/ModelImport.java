package org.googlenet.evaluation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.data.ClassNames;
import org.googlenet.data.image.Preset;
import org.googlenet.engine.Dl4jEngine;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.ModelZip;
import org.googlenet.model.MomentumSgd;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.Variant;
import org.googlenet.recipe.RecipeNetwork;
import org.googlenet.registry.Models;
import org.googlenet.registry.NewModel;
import org.googlenet.registry.SavedModel;
import org.googlenet.run.Metadata;
import org.googlenet.run.StateFile;
import org.googlenet.storage.Stores;
import org.googlenet.weights.DetectedNetwork;
import org.googlenet.weights.Fitting;
import org.googlenet.weights.ModelMetadata;
import org.googlenet.weights.NetworkTensors;
import org.googlenet.weights.WeightsProblem;

/**
 * Makes a model of weights from elsewhere: finds out which network they are of, lays them into it,
 * and writes it as a promoted model is written, so that every command takes it.
 *
 * @param network the network that was found
 * @param fitting which tensors were taken, and what did not fit
 * @param notes what else a user should know, a line each
 * @param input how images become its input: keys of the recipe and their values
 * @param model as it was written
 */
public record ModelImport(
    GoogLeNet network,
    Fitting fitting,
    List<String> notes,
    SortedMap<String, String> input,
    SavedModel model) {

  private static final String CAFFE = "caffemodel";

  /** The seed of weights that stay fresh: that of a recipe that has none. */
  private static final long SEED = 1;

  /** What the configuration says of an optimiser; a training takes that of its recipe. */
  private static final MomentumSgd UNUSED =
      new MomentumSgd(0.9, new LearningRateSchedule.Constant(0.01, 0), 0);

  /**
   * What is asked for.
   *
   * @param source anything that {@link WeightSource} reads
   * @param variant if it is not to be found out
   * @param side if it is not the file's or 224
   * @param input if the file does not say how images become the input
   * @param classNames in the order of the labels; empty if they are not known
   * @param strict whether all tensors must fit
   * @param replace layers that get fresh weights
   */
  public record Request(
      String source,
      Optional<Variant> variant,
      Optional<Integer> side,
      Optional<Preset> input,
      List<String> classNames,
      boolean strict,
      List<String> replace) {}

  /**
   * Imports weights.
   *
   * @param models the folder of models to write to
   * @param version the name of the model's folder there
   * @param by who imports
   * @throws WeightsProblem if the source does not fit, or does not say what it must
   */
  public static ModelImport of(
      Stores stores, Request request, Models models, String version, String by, Clock clock)
      throws IOException {
    NetworkTensors tensors = WeightSource.open(stores, request.source());
    SortedMap<String, String> input = input(tensors, request);
    List<String> names = classNames(tensors, request);
    GoogLeNet network = network(tensors, request, names);
    ComputationGraphConfiguration configuration = network.configuration(UNUSED, 0.0002, SEED);
    ParameterLayout layout = ParameterLayout.of(configuration);
    if (request.strict()) {
      Fitting.ofShapes(tensors, layout, request.replace())
          .requireWhole(request.source(), words(network), "--replace %s", "--no-strict");
    }
    float[] parameters = fresh(configuration.toJson());
    Fitting fitting = Fitting.of(tensors, layout, parameters, request.replace());
    String sha256 = ModelZip.sha256(parameters);
    StateFile state = state(network, input, names, new StateFile.Initial(request.source(), sha256));
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    ModelZip.write(zip, configuration.toJson(), parameters, null);
    SavedModel model =
        NewModel.create(
            models,
            version,
            request.source(),
            new Metadata(state.counters().byName(), Map.of(), Map.of(Metadata.PARAMETERS, sha256)),
            new TreeMap<>(
                Map.of(TrainedModel.MODEL, zip.toByteArray(), StateFile.NAME, state.toJson())),
            by,
            clock);
    return new ModelImport(network, fitting, tensors.notes(), input, model);
  }

  /** The network in a few words: {@code batchnorm, 1000 classes, side 224}. */
  public static String words(GoogLeNet network) {
    return String.format(
        Locale.ROOT,
        "%s, %d classes, side %d",
        network.variant().name().toLowerCase(Locale.ROOT),
        network.classes(),
        network.side());
  }

  private static SortedMap<String, String> input(NetworkTensors tensors, Request request) {
    if (request.input().isPresent()) {
      return RecipeNetwork.inputIdentity(request.input().get());
    }
    SortedMap<String, String> told = toldInput(tensors, "give --input");
    if (!told.isEmpty()) {
      return told;
    }
    throw new WeightsProblem(
        "%s: does not say how images become its input; give --input: inception (torchvision's published weights, which were trained with transform_input=True), torchvision (a network made with weights=None), caffe (BVLC's), or plain"
            .formatted(request.source()));
  }

  /**
   * What is known of how images become the input of a source: keys {@code input.*} of a recipe and
   * their values; none if the source does not say.
   *
   * @param remedy what a user can do if the source says it in a way that is not understood
   * @throws WeightsProblem if it does
   */
  public static SortedMap<String, String> toldInput(NetworkTensors tensors, String remedy) {
    SortedMap<String, String> told = ModelMetadata.input(tensors.metadata());
    if (told.isEmpty()) {
      return tensors.format().equals(CAFFE)
          ? RecipeNetwork.inputIdentity(Preset.CAFFE)
          : new TreeMap<>();
    }
    try {
      return RecipeNetwork.inputIdentity(RecipeNetwork.decoding(told));
    } catch (IllegalArgumentException e) {
      throw new WeightsProblem(
          "%s: how images become its input is not understood: %s; %s"
              .formatted(tensors.source(), e.getMessage(), remedy),
          e);
    }
  }

  private static List<String> classNames(NetworkTensors tensors, Request request) {
    if (!request.classNames().isEmpty()) {
      return request.classNames();
    }
    List<String> names = ModelMetadata.classNames(tensors.metadata(), request.source());
    ClassNames.defect(names)
        .ifPresent(
            defect -> {
              throw new WeightsProblem(
                  "%s: its %s: %s; give --class-names or --classes"
                      .formatted(request.source(), ModelMetadata.CLASS_NAMES, defect));
            });
    return names;
  }

  /** With as many classes as there are names, so that classifiers can be replaced. */
  private static GoogLeNet network(
      NetworkTensors tensors, Request request, List<String> classNames) {
    GoogLeNet found = DetectedNetwork.of(tensors, request.variant(), request.side());
    return classNames.isEmpty()
        ? found
        : GoogLeNet.of(found.variant(), classNames.size(), found.side());
  }

  private static float[] fresh(String configuration) {
    try (Dl4jEngine engine = new Dl4jEngine(configuration)) {
      float[] parameters = new float[engine.parameters()];
      engine.readParameters(parameters);
      return parameters;
    }
  }

  private static StateFile state(
      GoogLeNet network,
      SortedMap<String, String> input,
      List<String> classNames,
      StateFile.Initial initial) {
    SortedMap<String, String> identity = new TreeMap<>(input);
    identity.putAll(RecipeNetwork.modelIdentity(network));
    return StateFile.of(
        new StateFile.Counters(0, 0, 0, 0, 0),
        identity,
        new StateFile.Data("", classNames, input.getOrDefault("input.augmentation", "none")),
        Optional.of(initial),
        new StateFile.Arithmetic(null, null, null, null));
  }
}
