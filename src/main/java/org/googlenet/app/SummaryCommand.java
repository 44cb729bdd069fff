package org.googlenet.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.googlenet.app.option.Descriptions;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LossWeights;
import org.googlenet.model.ModelSummary;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet summary}: shows the network layer by layer. */
@Command(
    name = "summary",
    description = "Shows a network layer by layer: shapes, parameters, sizes.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet summary",
      "  googlenet summary --classes 10 --side 65 --format json",
      "  googlenet summary models"
    })
final class SummaryCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = Descriptions.MODEL + " Without it, the network of --classes and --side.")
  private String model;

  @Option(names = "--classes", description = "Number of classes (default: 1000).")
  private Integer classes;

  @Option(names = "--side", description = "Height and width of the input in pixels (default: 224).")
  private Integer side;

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    GoogLeNet network = network();
    ModelSummary summary = ModelSummary.of(network);
    format.print(json(network, summary), out -> out.print(summary.toText()));
    return ExitCode.DONE;
  }

  private GoogLeNet network() {
    if (model == null) {
      return new GoogLeNet(
          classes == null ? 1000 : classes,
          side == null ? 224 : side,
          Initialisation.HE,
          0,
          0.4,
          0.7,
          LossWeights.PAPER);
    }
    if (classes != null || side != null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "name either a model or --classes and --side");
    }
    return TrainedModel.open(spark.stores(), model).network();
  }

  private static Map<String, Object> json(GoogLeNet network, ModelSummary summary) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("classes", network.classes());
    json.put("side", network.side());
    json.put("layers", summary.rows());
    json.put("totalParameters", summary.totalParameters());
    json.put("inputBytes", summary.inputBytes());
    json.put("forwardBackwardBytes", summary.forwardBackwardBytes());
    json.put("parameterBytes", summary.parameterBytes());
    json.put("totalBytes", summary.totalBytes());
    return json;
  }
}
