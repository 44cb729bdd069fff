package org.googlenet.app;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.googlenet.app.io.Files;
import org.googlenet.app.option.Descriptions;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.common.Sha256;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.export.ModelExport;
import org.googlenet.export.ModelExport.Format;
import org.googlenet.storage.Stores;
import org.googlenet.weights.ParameterNames;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet export}: writes a model as a file for another program. */
@Command(
    name = "export",
    description = {
      "Writes a model as a file for another program.",
      "onnx: for ONNX Runtime, OpenCV and others; any number of images at a time, outputs logits and"
          + " probabilities. safetensors: the parameters, under the names that torchvision's googlenet loads"
          + " where the variant is batchnorm. dl4j: a model.zip that needs no class of this program. How"
          + " images become the input, and the classes' names, are in the metadata of the first two."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet export models --to onnx --output flowers.onnx",
      "  googlenet export runs/sample --to onnx --heads all --with-preprocessing",
      "  googlenet export models/spring --to safetensors --output s3a://bucket/flowers.safetensors",
      "  googlenet export models --to dl4j --output flowers.zip --overwrite"
    })
final class ExportCommand implements Callable<Integer> {

  private static final Pattern CHECKPOINT = Pattern.compile("([^/]+)/checkpoints/([^/]+)/*$");

  @Parameters(paramLabel = "MODEL", description = Descriptions.MODEL)
  private String model;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "onnx|safetensors|dl4j",
      description = "The kind of file.")
  private Format to;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Path or URI of the file (default: the model's name in the working folder, as in"
              + " sample-000012-0001.onnx).")
  private String output;

  @Option(
      names = "--overwrite",
      description = "Replace a file of that name; otherwise one with another content is refused.")
  private boolean overwrite;

  @Option(
      names = "--heads",
      paramLabel = "main|all",
      description =
          "The main classifier alone (default), or also the auxiliary ones (default of safetensors).")
  private Heads heads;

  @Option(
      names = "--with-preprocessing",
      description = {
        "For onnx: the graph takes bytes, image [N, height, width, 3] in red, green and blue,",
        "cuts out the centre and normalises. Decoding and resizing are not part of it."
      })
  private boolean withPreprocessing;

  @Option(
      names = "--names",
      paramLabel = "torchvision|own",
      description =
          "For safetensors: the tensors' names (default: torchvision for the variant batchnorm, else own).")
  private Names names;

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Which outputs. */
  private enum Heads {
    MAIN,
    ALL
  }

  /** What tensors are called. */
  private enum Names {
    TORCHVISION,
    OWN
  }

  @Override
  public Integer call() {
    refuse(withPreprocessing && to != Format.ONNX, "--with-preprocessing is for --to onnx");
    refuse(names != null && to != Format.SAFETENSORS, "--names is for --to safetensors");
    refuse(output != null && output.endsWith("/"), "--output: " + output + ": give a file's name");
    Stores stores = spark.stores();
    TrainedModel trained = TrainedModel.open(stores, model);
    ModelExport export = export(trained);
    String file = output == null ? name(trained) + to.ending() : output;
    byte[] bytes = export.bytes();
    if (overwrite) {
      Files.overwrite(stores, file, bytes);
    } else {
      Files.create(stores, file, bytes);
    }
    Map<String, Object> json = json(trained, export, file, bytes);
    format.print(json, out -> print(out, trained, export, file, bytes));
    return ExitCode.DONE;
  }

  private ModelExport export(TrainedModel trained) {
    ModelExport export = ModelExport.of(trained, to);
    if (heads != null) {
      export = export.withHeads(heads == Heads.ALL);
    }
    if (withPreprocessing) {
      export = export.withPreprocessing();
    }
    return names == null
        ? export
        : export.withNames(names == Names.OWN ? ParameterNames.OURS : ParameterNames.TORCHVISION);
  }

  /** What a model is called in a folder of models. */
  private static String name(TrainedModel trained) {
    String location = trained.location();
    return CHECKPOINT
        .matcher(location)
        .results()
        .findFirst()
        .map(found -> found.group(1) + "-" + found.group(2))
        .orElseGet(() -> Files.name(location.replaceFirst("/+$", "")).replaceFirst("\\.zip$", ""));
  }

  private Map<String, Object> json(
      TrainedModel trained, ModelExport export, String file, byte[] bytes) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", trained.location());
    json.put("to", to.name().toLowerCase(Locale.ROOT));
    json.put("output", file);
    json.put("bytes", bytes.length);
    json.put("sha256", Sha256.of(bytes));
    json.put("variant", trained.network().variant().name().toLowerCase(Locale.ROOT));
    json.put("classes", trained.classes());
    json.put("side", trained.side());
    json.put("heads", export.heads());
    json.put(
        "names",
        Optional.of(export.names().name().toLowerCase(Locale.ROOT))
            .filter(any -> to == Format.SAFETENSORS)
            .map(name -> name.equals("ours") ? "own" : name)
            .orElse(null));
    return json;
  }

  private void print(
      PrintWriter out, TrainedModel trained, ModelExport export, String file, byte[] bytes) {
    out.printf(
        Locale.ROOT,
        "%s: %s as %s, heads %s, %,d bytes%n",
        file,
        trained.location(),
        to.name().toLowerCase(Locale.ROOT),
        String.join(", ", export.heads()),
        bytes.length);
  }

  private void refuse(boolean wrong, String message) {
    if (wrong) {
      throw new CommandLine.ParameterException(spec.commandLine(), message);
    }
  }
}
