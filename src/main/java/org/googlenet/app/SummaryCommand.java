package org.googlenet.app;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LossWeights;
import org.googlenet.model.ModelSummary;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code googlenet summary}: the network layer by layer. */
@Command(
    name = "summary",
    description = "Shows the network layer by layer: shapes, parameters, sizes.",
    footerHeading = "%nExamples:%n",
    footer = {"  googlenet summary", "  googlenet summary --classes 10 --side 65 --format json"})
final class SummaryCommand implements Callable<Integer> {

  @Option(
      names = "--classes",
      defaultValue = "1000",
      description = "Number of classes (default: ${DEFAULT-VALUE}).")
  private int classes;

  @Option(
      names = "--side",
      defaultValue = "224",
      description = "Height and width of the input in pixels (default: ${DEFAULT-VALUE}).")
  private int side;

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "text|json",
      description = "text (default) or json.")
  private OutputFormat format;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    ModelSummary summary =
        ModelSummary.of(
            new GoogLeNet(
                classes, side, Initialisation.HE, 0, 0.4, 0.7, new LossWeights(1, 0.3, 0.3)));
    PrintWriter out = spec.commandLine().getOut();
    if (format == OutputFormat.JSON) {
      out.println(Output.json(json(summary)));
    } else {
      out.print(summary.toText());
    }
    out.flush();
    return ExitCode.DONE;
  }

  private Map<String, Object> json(ModelSummary summary) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("classes", classes);
    json.put("side", side);
    json.put("layers", summary.rows());
    json.put("totalParameters", summary.totalParameters());
    json.put("inputBytes", summary.inputBytes());
    json.put("forwardBackwardBytes", summary.forwardBackwardBytes());
    json.put("parameterBytes", summary.parameterBytes());
    json.put("totalBytes", summary.totalBytes());
    return json;
  }
}
