package org.googlenet.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.googlenet.app.option.ClassOptions;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.data.image.Preset;
import org.googlenet.evaluation.ModelImport;
import org.googlenet.model.Variant;
import org.googlenet.registry.Models;
import org.googlenet.storage.Location;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet import}: makes a model of weights that another program has saved. */
@Command(
    name = "import",
    description = {
      "Makes a model of weights that another program has saved.",
      "Reads safetensors, a state dict of PyTorch (.pth), ONNX, Caffe (.caffemodel) and DL4J's model.zip; what"
          + " the file is its content says. Nothing in it is executed. The model is one that evaluate, predict,"
          + " promote and train --init-from take."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet import googlenet-1378be20.pth --input inception --output models/torchvision",
      "  googlenet import bvlc_googlenet.caffemodel --classes synset_words.txt --output models/bvlc",
      "  googlenet import exported.onnx --input torchvision --replace auxiliary --output models/exported",
      "  googlenet import s3a://bucket/flowers.safetensors --output s3a://bucket/models/flowers"
    })
final class ImportCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "SOURCE",
      description = "Path or URI of the file of weights, or of a model of this program.")
  private String source;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "MODEL",
      description =
          "Path or URI of the model's folder, in a folder of models: models/NAME. The same import again"
              + " changes nothing.")
  private String output;

  @Option(
      names = "--input",
      paramLabel = "caffe|torchvision|inception|plain",
      description = {
        "How images become the network's input, where the file does not say. torchvision's published"
            + " weights want inception (transform_input=True), a network made with weights=None wants"
            + " torchvision; a caffemodel has caffe unless said."
      })
  private Preset input;

  @Option(
      names = "--variant",
      paramLabel = "plain|lrn|batchnorm",
      description =
          "Which GoogLeNet (default: what the file says; else batchnorm if it has batch normalisations, lrn"
              + " for a caffemodel, plain otherwise).")
  private Variant variant;

  @Option(
      names = "--side",
      paramLabel = "PIXELS",
      description = "Height and width of the input (default: what the file says, else 224).")
  private Integer side;

  @Mixin private ClassOptions classes;

  @Option(
      names = "--replace",
      split = ",",
      paramLabel = "NAME",
      description =
          "Layers that get fresh weights: classifiers (of all heads), auxiliary (all of both auxiliary"
              + " heads), a block such as 5b, or a layer such as aux1.fc1.")
  private List<String> replace = new ArrayList<>();

  @Option(
      names = "--no-strict",
      description = "Take what fits, and list what is missing, left over or of another shape.")
  private boolean isLoose;

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    Location place = Location.of(output);
    String version = place.name();
    if (!Models.isVersion(version)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--output: %s: its last part must be %s".formatted(output, Models.allowedVersions()));
    }
    Stores stores = spark.stores();
    ModelImport.Request request =
        new ModelImport.Request(
            source,
            Optional.ofNullable(variant),
            Optional.ofNullable(side),
            Optional.ofNullable(input),
            classes.names(stores),
            !isLoose,
            replace);
    try {
      print(
          ModelImport.of(
              stores,
              request,
              new Models(stores.open(place.folder().text())),
              version,
              PromoteCommand.user(),
              Clock.systemUTC()));
    } catch (IOException e) {
      throw StorageProblem.at(output, e);
    }
    return ExitCode.DONE;
  }

  private void print(ModelImport done) {
    List<String> lines = new ArrayList<>(done.notes());
    lines.addAll(done.fitting().lines());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("location", done.model().blobs().location());
    json.put("variant", done.network().variant().name().toLowerCase(Locale.ROOT));
    json.put("classes", done.network().classes());
    json.put("side", done.network().side());
    json.put("taken", done.fitting().taken());
    json.put("fresh", done.fitting().fresh());
    json.put("missing", done.fitting().missing());
    json.put("surplus", done.fitting().surplus());
    json.put("misshapen", done.fitting().misshapen());
    json.put("input", done.input());
    json.put("notes", done.notes());
    format.print(json, out -> print(out, done, lines));
  }

  private void print(PrintWriter out, ModelImport done, List<String> lines) {
    out.printf(
        Locale.ROOT,
        "%s: %s, %d tensors of %s%n",
        done.model().blobs().location(),
        ModelImport.words(done.network()),
        done.fitting().taken(),
        source);
    if (!done.fitting().fresh().isEmpty()) {
      out.println("fresh as asked for: " + String.join(", ", done.fitting().fresh()));
    }
    lines.forEach(out::println);
  }
}
