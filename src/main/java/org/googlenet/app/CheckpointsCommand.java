package org.googlenet.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.googlenet.checkpoint.Checkpoint;
import org.googlenet.checkpoint.Manifest;
import org.googlenet.storage.StorageProblem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet checkpoints}: what a run has saved. */
@Command(
    name = "checkpoints",
    synopsisSubcommandLabel = "COMMAND",
    description = "Shows what a run has saved.",
    footerHeading = "%nExamples:%n",
    footer = "  googlenet checkpoints show runs/sample",
    subcommands = CheckpointsCommand.Show.class)
final class CheckpointsCommand implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "name a command: show");
  }

  /** {@code googlenet checkpoints show}. */
  @Command(
      name = "show",
      description = "Shows the newest checkpoint of a run whose checksums verify.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  googlenet checkpoints show runs/sample",
        "  googlenet checkpoints show s3a://bucket/runs/sample --format json"
      })
  static final class Show implements Callable<Integer> {

    @Parameters(paramLabel = "RUN", description = "Path or URI of the run.")
    private String run;

    @Option(
        names = "--format",
        defaultValue = "text",
        paramLabel = "text|json",
        description = "text (default) or json.")
    private OutputFormat format;

    @Mixin private SparkOptions spark;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
      Map<String, Object> shown = shown();
      PrintWriter out = spec.commandLine().getOut();
      if (format == OutputFormat.JSON) {
        out.println(Output.json(shown));
      } else {
        shown.forEach((key, value) -> out.printf("%-16s  %s%n", key, value));
      }
      out.flush();
      return ExitCode.DONE;
    }

    private Map<String, Object> shown() {
      try {
        Checkpoint checkpoint = Checkpoint.newest(spark.stores().open(run));
        Manifest manifest = checkpoint.manifest();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("checkpoint", manifest.id().toString());
        shown.put("location", checkpoint.location());
        shown.put("created", Instant.ofEpochMilli(manifest.created()).toString());
        shown.put("term", manifest.term());
        shown.put("round", manifest.round());
        shown.putAll(manifest.metadata().counters());
        shown.putAll(manifest.metadata().metrics());
        shown.putAll(manifest.metadata().labels());
        shown.put(
            "bytes", manifest.blobs().values().stream().mapToLong(Manifest.Blob::bytes).sum());
        return shown;
      } catch (IOException e) {
        throw StorageProblem.at(run, e);
      }
    }
  }
}
