package org.googlenet.app;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.googlenet.app.io.Files;
import org.googlenet.app.io.Output;
import org.googlenet.app.option.Checks;
import org.googlenet.app.option.Descriptions;
import org.googlenet.app.option.EngineOptions;
import org.googlenet.app.option.OutputFormat;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.data.Dataset;
import org.googlenet.engine.EngineChoice;
import org.googlenet.evaluation.Predictor;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet predict}: the most probable classes of images. */
@Command(
    name = "predict",
    description = "Names the most probable classes of image files or of a data set's records.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet predict runs/sample boot.png shirt.jpg",
      "  googlenet predict runs/sample --data data/sample/validation --top 3 --format json",
      "  googlenet predict models boot.png",
      "  googlenet predict runs/sample boot.png --engine dl4j"
    })
final class PredictCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "MODEL", description = Descriptions.MODEL)
  private String model;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "IMAGE",
      description = "Paths or URIs of JPEG or PNG files.")
  private List<String> images = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DATASET",
      description = "Path or URI of a data set, in place of image files.")
  private String data;

  @Option(
      names = "--top",
      defaultValue = "5",
      paramLabel = "K",
      description = "How many classes to name (default: ${DEFAULT-VALUE}).")
  private int top;

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "text|json",
      description = "text (default), or json: a line for each image.")
  private OutputFormat format;

  @Mixin private EngineOptions engine;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    Checks.atLeastOne(spec, "--top", top);
    int batch = engine.batch();
    if (images.isEmpty() == (data == null)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "name either image files or a data set (--data)");
    }
    Stores stores = spark.stores();
    List<Predictor.Image> files =
        images.stream().map(name -> new Predictor.Image(name, Files.bytes(stores, name))).toList();
    TrainedModel trained = TrainedModel.open(stores, model);
    int cores = Runtime.getRuntime().availableProcessors();
    int most = data == null ? Math.min(batch, files.size()) : batch;
    EngineChoice choice = Predictor.choose(engine.wanted(trained, most, cores));
    EngineOptions.warn(choice, spec.commandLine().getErr());
    Predictor predictor = new Predictor(trained, choice.spec(), top);
    try {
      if (data == null) {
        predictor.predict(files, this::print);
      } else {
        predictor.predict(Dataset.open(stores, data), this::print);
      }
    } catch (Unheard e) {
      // Nobody would read the rest; Main reports it if that is a failure.
    }
    return ExitCode.DONE;
  }

  /** Output can no longer be written, as when {@code head} has read enough. */
  private static final class Unheard extends RuntimeException {

    private static final long serialVersionUID = 1L;
  }

  private void print(Predictor.Prediction prediction) {
    print(spec.commandLine().getOut(), prediction);
    if (Main.of(spec).isUnheard(spec.commandLine())) {
      throw new Unheard();
    }
  }

  private void print(PrintWriter out, Predictor.Prediction prediction) {
    if (format == OutputFormat.JSON) {
      out.println(Output.json(prediction));
      return;
    }
    out.println(prediction.image());
    for (Predictor.Ranked ranked : prediction.classes()) {
      out.printf(Locale.ROOT, "  %6.2f%%  %s%n", 100 * ranked.probability(), ranked.name());
    }
  }
}
