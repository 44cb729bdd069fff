package org.googlenet.app.option;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.hadoop.util.ShutdownHookManager;
import org.googlenet.app.io.Files;
import org.googlenet.app.io.Output;
import org.googlenet.app.process.EmbeddedSpark;
import org.googlenet.app.process.ProcessEnd;
import org.googlenet.common.EndSignal;
import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The JSON file of {@code --outcome}, for schedulers that cannot see an exit code: at its start a
 * command writes there that it runs, and at its end the exit code, the reason and the result.
 */
public final class OutcomeFile {

  public static final String OPTION = "--outcome";

  /** A program that has an outcome file; it is the user object of its root command. */
  @FunctionalInterface
  public interface Owner {

    OutcomeFile outcome();
  }

  /** The outcome file of the program that a command belongs to. */
  public static OutcomeFile of(CommandLine.Model.CommandSpec command) {
    return ((Owner) command.root().userObject()).outcome();
  }

  /** After a training has saved its state, before Spark ends. */
  private static final int PRIORITY = 900;

  private final String location;
  private final SparkOptions spark;
  private final Runnable whenTerminated = this::terminated;

  /** The stream from before {@link EmbeddedSpark} silences it. */
  private final PrintStream stderr = System.err;

  private String command;
  private String reason;
  private Object result;
  private boolean ended;

  private OutcomeFile(String location, SparkOptions spark) {
    this.location = location;
    this.spark = spark;
  }

  /** The options of a command line that say where the file is written. */
  @Command
  private static final class Place {

    @Option(names = OPTION)
    private String location;

    @Mixin private SparkOptions spark;
  }

  /**
   * The file that a command line names, whether or not the rest of the line is valid; if it names
   * none, nothing is written.
   */
  public static OutcomeFile of(String... arguments) {
    Place place = new Place();
    try {
      new CommandLine(place).setUnmatchedArgumentsAllowed(true).parseArgs(arguments);
    } catch (CommandLine.ParameterException e) {
      // The command's own parser reports this to the user.
      return new OutcomeFile(null, null);
    }
    return new OutcomeFile(place.location, place.spark);
  }

  /**
   * Writes that a command runs.
   *
   * @throws Problem if the file cannot be written; then {@link #end} writes nothing either
   */
  public synchronized void begin(String name) {
    if (location == null || ended) {
      return;
    }
    // Before the write, so that a signal in the middle of it has the last word.
    ShutdownHookManager.get().addShutdownHook(whenTerminated, PRIORITY, 2, TimeUnit.MINUTES);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("state", "running");
    json.put("command", name);
    try {
      write(json);
    } catch (Problem e) {
      forgetHook();
      throw e;
    }
    command = name;
  }

  private void forgetHook() {
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(whenTerminated);
    }
  }

  /** Keeps the reason why the command fails. */
  public synchronized void because(String message) {
    reason = message.lines().map(String::strip).collect(Collectors.joining(" "));
  }

  /** The same for a command that has not begun, since its arguments are wrong. */
  public synchronized void because(String name, String message) {
    command = name;
    because(message);
  }

  /** Keeps the command's result; a later one replaces an earlier one. */
  public synchronized void found(Object json) {
    result = json;
  }

  /**
   * Writes how the command ended; a failure to write is only a warning.
   *
   * @param code the command's exit code, which is the process's unless a signal ends it
   */
  public synchronized void end(int code, PrintWriter err) {
    if (location == null || command == null || ended) {
      return;
    }
    ended = true;
    forgetHook();
    boolean interrupted = EndSignal.exitCode().isPresent();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("state", "ended");
    json.put("command", command);
    json.put("code", EndSignal.exitCode().orElse(code));
    json.put("reason", reason == null && interrupted ? "interrupted" : reason);
    if (result != null) {
      json.put("result", result);
    }
    try {
      write(json);
    } catch (Problem e) {
      err.println("warning: " + OPTION + " " + e.getMessage());
      err.flush();
    }
  }

  /** Called if the JVM ends by a signal or by Spark, which the main thread need not live to see. */
  private synchronized void terminated() {
    if (reason == null && EndSignal.exitCode().isEmpty()) {
      because(ProcessEnd.NOT_OURS);
    }
    end(ExitCode.UNEXPECTED, new PrintWriter(stderr, true, StandardCharsets.UTF_8));
  }

  private void write(Map<String, Object> json) {
    Files.overwrite(spark.stores(), location, Output.json(json) + "\n");
  }
}
