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
 * Tells schedulers that cannot see an exit code how a command stands: a JSON file that says at the
 * start that the command runs, and at the end its exit code, the reason and what it found.
 */
public final class OutcomeFile {

  public static final String OPTION = "--outcome";

  /** A program that has one, as the object behind the root of its commands. */
  @FunctionalInterface
  public interface Owner {

    OutcomeFile outcome();
  }

  /** The file of the program that a command is one of. */
  public static OutcomeFile of(CommandLine.Model.CommandSpec command) {
    return ((Owner) command.root().userObject()).outcome();
  }

  /** After a training has saved its state, before Spark ends. */
  private static final int PRIORITY = 900;

  private final String location;
  private final SparkOptions spark;
  private final Runnable whenTerminated = this::terminated;

  /** As it is before {@link EmbeddedSpark} silences it. */
  private final PrintStream stderr = System.err;

  private String command;
  private String reason;
  private Object result;
  private boolean ended;

  private OutcomeFile(String location, SparkOptions spark) {
    this.location = location;
    this.spark = spark;
  }

  /** What of a command line says where the file goes. */
  @Command
  private static final class Place {

    @Option(names = OPTION)
    private String location;

    @Mixin private SparkOptions spark;
  }

  /**
   * The file that a command line names, be the rest of it right or wrong; where it names none,
   * nothing is written.
   */
  public static OutcomeFile of(String... arguments) {
    Place place = new Place();
    try {
      new CommandLine(place).setUnmatchedArgumentsAllowed(true).parseArgs(arguments);
    } catch (CommandLine.ParameterException e) {
      // The command's own parser says the same to the user.
      return new OutcomeFile(null, null);
    }
    return new OutcomeFile(place.location, place.spark);
  }

  /**
   * Says that a command runs.
   *
   * @throws Problem if the file cannot be written; then {@link #end} writes nothing either
   */
  public synchronized void begin(String name) {
    if (location == null || ended) {
      return;
    }
    // First, so that a signal in the middle of the write has the last word.
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

  /** Keeps why the command fails. */
  public synchronized void because(String message) {
    reason = message.lines().map(String::strip).collect(Collectors.joining(" "));
  }

  /** The same of a command whose arguments are wrong, so that it has not begun. */
  public synchronized void because(String name, String message) {
    command = name;
    because(message);
  }

  /** Keeps what the command found; later words replace earlier ones. */
  public synchronized void found(Object json) {
    result = json;
  }

  /**
   * Says how the command ended; a failure to do so is only a warning.
   *
   * @param code of the command, which the process ends with unless a signal has told it to end
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

  /** The JVM ends, which the main thread need not live to see: by a signal, or by Spark. */
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
