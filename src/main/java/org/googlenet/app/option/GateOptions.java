package org.googlenet.app.option;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import org.googlenet.app.io.Formats;
import org.googlenet.evaluation.Gate;
import org.googlenet.registry.GateRecord;
import org.googlenet.registry.Models;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options of the gate that a challenger must pass; also prints the gate's decision. */
public final class GateOptions {

  private static final String MINIMUM = "--minimum-top1";

  @Option(
      names = "--margin",
      defaultValue = "0",
      paramLabel = "POINTS",
      description =
          "How much higher than the champion's the top-1 must be, in percentage points (default: 0).")
  private double margin;

  @Option(
      names = "--significance",
      defaultValue = "0.05",
      paramLabel = "P",
      description =
          "How likely chance alone may explain the difference: the largest p of McNemar's test, above"
              + " 0; 1 asks for the margin alone (default: ${DEFAULT-VALUE}).")
  private double significance;

  @Option(
      names = MINIMUM,
      paramLabel = "PERCENT",
      description =
          "The top-1 that the first champion must have; must be given where there is no champion"
              + " yet, and counts only there.")
  private Double minimumTop1;

  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec command;

  /**
   * The gate that the options describe.
   *
   * @throws CommandLine.ParameterException if a value is out of range, or there is neither a
   *     champion nor a minimum
   */
  public Gate gate(Models models) throws IOException {
    require(Math.abs(margin) <= 100, "--margin", margin, "-100 to 100");
    require(significance > 0 && significance <= 1, "--significance", significance, "above 0 to 1");
    if (minimumTop1 != null) {
      require(minimumTop1 >= 0 && minimumTop1 <= 100, MINIMUM, minimumTop1, "0 to 100");
    } else if (models.isEmpty()) {
      throw usage(
          "%s: there is no champion yet; give %s, the top-1 in percent that the first one must have"
              .formatted(models.store().location(), MINIMUM));
    }
    return new Gate(margin, significance, minimumTop1);
  }

  private void require(boolean holds, String option, double value, String range) {
    if (!holds) {
      throw usage(option + ": " + value + ": must be " + range);
    }
  }

  private CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(command.commandLine(), message);
  }

  /** Prints a decision as a table for people. */
  public static void print(PrintWriter out, GateRecord record) {
    out.printf("%-10s  %7s  %s%n", "", "top-1", "model");
    printModel(out, "challenger", record.challenger());
    if (record.champion() != null) {
      printModel(out, "champion", record.champion());
    }
    if (record.p() != null) {
      out.printf(
          Locale.ROOT,
          "difference  %+.2f points on %,d records of %s%s; wanted: %+.2f%n",
          record.difference(),
          record.records(),
          record.data(),
          Formats.notCounted(record.unread() == null ? 0 : record.unread(), record.records()),
          record.margin());
      out.printf(
          Locale.ROOT,
          "only one is right: challenger %,d, champion %,d; McNemar's p %.3g; wanted: at most %s%n",
          record.onlyChallenger(),
          record.onlyChampion(),
          record.p(),
          record.significance());
    }
    out.printf("decision    %s: %s%n", record.decision(), record.reason());
  }

  private static void printModel(PrintWriter out, String role, GateRecord.Model model) {
    out.printf("%-10s  %7s  %s%n", role, Formats.percent(model.top1()), model.location());
  }
}
