package org.googlenet.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code googlenet checkpoints}: lists, checks, prunes and releases what a run has saved. */
@Command(
    name = "checkpoints",
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists, shows, verifies and deletes what a run has saved, and frees a run.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet checkpoints list runs/sample",
      "  googlenet checkpoints verify runs/sample"
    },
    subcommands = {
      CheckpointsListCommand.class,
      CheckpointsShowCommand.class,
      CheckpointsVerifyCommand.class,
      CheckpointsPruneCommand.class,
      CheckpointsReleaseCommand.class
    })
final class CheckpointsCommand implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "name a command: list, show, verify, prune or release");
  }
}
