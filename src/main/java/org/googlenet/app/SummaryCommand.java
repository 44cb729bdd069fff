package org.googlenet.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.googlenet.app.option.Descriptions;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.InceptionBlock;
import org.googlenet.model.ModelSummary;
import org.googlenet.model.Variant;
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
      "  googlenet summary --variant batchnorm",
      "  googlenet summary models",
      "  googlenet summary --block 3a --side 28",
      "  googlenet summary --block 192,64,96,128,16,32,32 --side 224"
    })
final class SummaryCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          Descriptions.MODEL + " Without it, the network of --variant, --classes and --side.")
  private String model;

  @Option(names = "--classes", description = "Number of classes (default: 1000).")
  private Integer classes;

  @Option(names = "--side", description = "Height and width of the input in pixels (default: 224).")
  private Integer side;

  @Option(
      names = "--variant",
      paramLabel = "plain|lrn|batchnorm",
      description = "Which GoogLeNet (default: plain).")
  private Variant variant;

  @Option(
      names = "--block",
      paramLabel = "BLOCK",
      description =
          "An inception block by itself, as --variant has it, whose input is of --side: one of GoogLeNet's, 3a to 5b, or its channels: those of the input, of the 1x1, of the 3x3's reduction, the 3x3, the 5x5's reduction, the 5x5 and the pool's projection.")
  private String block;

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    Map<String, Object> json = new LinkedHashMap<>();
    ModelSummary summary = summary(json);
    json.put("layers", summary.rows());
    json.put("totalParameters", summary.totalParameters());
    json.put("totalState", summary.totalState());
    json.put("inputBytes", summary.inputBytes());
    json.put("forwardBackwardBytes", summary.forwardBackwardBytes());
    json.put("parameterBytes", summary.parameterBytes());
    json.put("totalBytes", summary.totalBytes());
    format.print(json, out -> out.print(summary.toText()));
    return ExitCode.DONE;
  }

  /** What is asked for, which the JSON object begins with. */
  private ModelSummary summary(Map<String, Object> json) {
    if (block == null) {
      GoogLeNet network = network();
      json.put("variant", network.variant().name().toLowerCase(Locale.ROOT));
      json.put("classes", network.classes());
      json.put("side", network.side());
      return ModelSummary.of(network);
    }
    if (model != null || classes != null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "name either --block, or a model, or --classes");
    }
    InceptionBlock shown = block();
    int ofInput = side == null ? 224 : side;
    json.put("block", shown);
    json.put("side", ofInput);
    return ModelSummary.of(shown, ofInput, variant());
  }

  private InceptionBlock block() {
    if (!block.contains(",")) {
      return InceptionBlock.of(block);
    }
    List<String> parts = List.of(block.split(",", -1));
    if (parts.size() != 7 || !parts.stream().allMatch(part -> part.matches(" *[0-9]{1,9} *"))) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--block: %s: give a name such as 3a, or seven numbers of channels: in, 1x1, 3x3's reduction, 3x3, 5x5's reduction, 5x5, pool's projection"
              .formatted(block));
    }
    List<Integer> channels = parts.stream().map(part -> Integer.valueOf(part.strip())).toList();
    return new InceptionBlock(
        "block",
        channels.get(0),
        channels.get(1),
        channels.get(2),
        channels.get(3),
        channels.get(4),
        channels.get(5),
        channels.get(6));
  }

  private Variant variant() {
    return variant == null ? Variant.PLAIN : variant;
  }

  private GoogLeNet network() {
    if (model == null) {
      return GoogLeNet.of(variant(), classes == null ? 1000 : classes, side == null ? 224 : side);
    }
    if (variant != null || classes != null || side != null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "name either a model or --variant, --classes and --side");
    }
    return TrainedModel.open(spark.stores(), model).network();
  }
}
