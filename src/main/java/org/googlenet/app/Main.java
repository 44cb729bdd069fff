package org.googlenet.app;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.util.ShutdownHookManager;
import org.googlenet.app.io.Display;
import org.googlenet.app.io.LogLines;
import org.googlenet.app.io.StandardOutput;
import org.googlenet.app.io.Terminal;
import org.googlenet.app.io.TrainingConsole;
import org.googlenet.app.option.OutcomeFile;
import org.googlenet.app.option.OutputFormat;
import org.googlenet.app.process.NamelessUser;
import org.googlenet.app.process.ProcessEnd;
import org.googlenet.app.process.ResizeSignal;
import org.googlenet.app.process.SparkLog;
import org.googlenet.app.process.SparkSessions;
import org.googlenet.app.process.ThisSpark;
import org.googlenet.common.EndSignal;
import org.googlenet.common.ExitCode;
import org.googlenet.common.Failure;
import org.googlenet.common.NativeFolder;
import org.googlenet.common.Problem;
import org.googlenet.spark.JobProblem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The command line {@code googlenet}: finds the subcommand, and turns a failure into one line and
 * an exit code.
 */
@Command(
    name = "googlenet",
    version = "googlenet-spark 0.1.0",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    // An example that is broken into two lines cannot be copied.
    usageHelpWidth = 120,
    synopsisSubcommandLabel = "COMMAND",
    description = "Trains GoogLeNet on Spark, on a cluster without GPUs, and what goes with it.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet train conf/recipes/sample.yaml",
      "  googlenet evaluate runs/sample --data data/sample/validation",
      "  googlenet promote runs/sample --models models",
      "  googlenet retrain conf/recipes/sample.yaml --run monday --minimum-top1 60",
      "  googlenet train --help"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:unexpected failure",
      "2:usage, recipe or environment",
      "3:data",
      "4:the run is held by, or was lost to, another driver",
      "5:the training diverged",
      "6:the gate said no",
      "7:storage unavailable, or no executor in time",
      "129:hung up, state saved",
      "130:interrupted, state saved",
      "143:terminated, state saved"
    },
    subcommands = {
      TrainCommand.class,
      PreflightCommand.class,
      ProfileCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      PrepareCommand.class,
      IndexCommand.class,
      RunsCommand.class,
      CheckpointsCommand.class,
      ValidateCommand.class,
      ShowCommand.class,
      GateCommand.class,
      PromoteCommand.class,
      RetrainCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      ModelsCommand.class,
      ReportCommand.class,
      SummaryCommand.class
    })
public final class Main implements Runnable, OutcomeFile.Owner {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of a failure, and what Spark logs while it starts.")
  private boolean verbose;

  @Option(
      names = "--quiet",
      scope = ScopeType.INHERIT,
      description =
          "Of a training show only warnings and the last line, and log only warnings. What other"
              + " commands are asked for is printed all the same.")
  private boolean quiet;

  @Option(
      names = "--no-progress",
      scope = ScopeType.INHERIT,
      description =
          "A plain line for each event of a training, in place of one line that is redrawn; so it is"
              + " by itself where stdout is no terminal, TERM is dumb or CI is set.")
  private boolean noProgress;

  @Option(
      names = "--log-format",
      scope = ScopeType.INHERIT,
      defaultValue = "${env:" + SparkLog.FORMAT_VARIABLE + ":-text}",
      paramLabel = "text|json",
      description =
          "How lines of the log, warnings and errors are written to stderr: text (default), or json:"
              + " an object a line. The environment variable GOOGLENET_LOG_FORMAT sets it, too.")
  private OutputFormat logFormat;

  @Option(
      names = OutcomeFile.OPTION,
      scope = ScopeType.INHERIT,
      paramLabel = "URI",
      description =
          "A JSON file that says how the command stands, for schedulers that cannot see its exit"
              + " code: written at its start and at its end.")
  @SuppressWarnings("UnusedVariable") // OutcomeFile reads it before anything else is known
  private String outcomeLocation;

  private final OutcomeFile outcome;
  private final Terminal terminal = Terminal.ofThisProcess();

  /** Null if the caller has its own writers. */
  private final StandardOutput stdout;

  Main(String... arguments) {
    this(null, arguments);
  }

  private Main(StandardOutput stdout, String... arguments) {
    this.stdout = stdout;
    outcome = OutcomeFile.of(arguments);
  }

  /** The program that a command belongs to. */
  static Main of(CommandLine.Model.CommandSpec command) {
    return (Main) command.root().userObject();
  }

  @Override
  public OutcomeFile outcome() {
    return outcome;
  }

  /** How much a command shows of what goes on. */
  Display display() {
    return new Display(quiet, !noProgress, terminal);
  }

  /** Shows a training on stdout, as the options of all commands say. */
  TrainingConsole console(boolean json, Consumer<Object> ended) {
    TrainingConsole console = new TrainingConsole(display(), json, ended);
    if (terminal.redraws()) {
      ResizeSignal.whenResized(console::resized);
    }
    return console;
  }

  /** Runs a command and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    ThisSpark.problem().ifPresent(Main::refuse);
    NamelessUser.name();
    NativeFolder.choose();
    ProcessEnd end = ProcessEnd.watch();
    Main main = new Main(StandardOutput.install(), arguments);
    int code;
    try {
      code = main.execute(main.commandLine(), arguments);
    } finally {
      end.isOurs();
    }
    // On YARN a driver succeeds by returning: there an exit before that is a failure, whatever its
    // code.
    if (code != ExitCode.DONE || !SparkSessions.isYarnsDriver()) {
      System.exit(code);
    }
  }

  private static void refuse(String message) {
    System.err.println("googlenet: " + message);
    System.exit(ExitCode.USAGE);
  }

  /** Runs a command with other writers than stdout and stderr, and returns its exit code. */
  static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    Main main = new Main(null, arguments);
    return main.execute(main.commandLine().setOut(out).setErr(err), arguments);
  }

  private CommandLine commandLine() {
    return new CommandLine(this)
        // Keeps this stream even if another one replaces it later (EmbeddedSpark).
        .setErr(new PrintWriter(System.err, true, Charset.defaultCharset()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(
                terminal.forbidsColours() ? CommandLine.Help.Ansi.OFF : CommandLine.Help.Ansi.AUTO))
        .setExecutionStrategy(this::execute)
        .setParameterExceptionHandler(this::usage)
        .setExecutionExceptionHandler((failure, command, parsed) -> fail(failure, command));
  }

  private int execute(CommandLine line, String... arguments) {
    int code = ExitCode.UNEXPECTED;
    try {
      code = printed(line.execute(arguments), line);
      return code;
    } finally {
      SparkLog.asConfigured();
      outcome.end(code, line.getErr());
    }
  }

  /** Whether the output of a command can no longer be written. */
  boolean isUnheard(CommandLine command) {
    return command.getOut().checkError() || (stdout != null && System.out.checkError());
  }

  /**
   * The exit code; a command that succeeded has still failed if its output could not be printed
   * completely.
   */
  private int printed(int code, CommandLine line) {
    if (code != ExitCode.DONE || !isUnheard(line) || (stdout != null && stdout.isClosedPipe())) {
      return code;
    }
    String why = stdout == null ? "" : stdout.problem().map(text -> " (" + text + ")").orElse("");
    return complain(
        ExitCode.UNAVAILABLE,
        "standard output cannot be written%s, so what was printed is not whole; make room, and run the command again"
            .formatted(why),
        line);
  }

  /** Runs a command, but not if its outcome cannot be reported. */
  private int execute(CommandLine.ParseResult parsed) {
    Integer help = CommandLine.executeHelpRequest(parsed);
    if (help != null) {
      return help;
    }
    List<CommandLine> commands = parsed.asCommandLineList();
    CommandLine command = commands.get(commands.size() - 1);
    if (logFormat == OutputFormat.JSON) {
      parsed.commandSpec().commandLine().setErr(LogLines.around(command.getErr()));
    }
    try {
      outcome.begin(name(command));
    } catch (Problem e) {
      return fail(e, command);
    }
    try {
      SparkLog.configure(logFormat == OutputFormat.JSON, quiet);
      if (!verbose) {
        SparkLog.silence();
      }
      return new CommandLine.RunLast().execute(parsed);
    } catch (VirtualMachineError | LinkageError e) {
      // picocli passes on exceptions only, and a missing native library is a LinkageError.
      return fail(e, command);
    }
  }

  /** The command's name as it is typed after the program's: {@code checkpoints prune}. */
  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName().replaceFirst("^googlenet ", "");
  }

  /** Called without a subcommand. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "name a command");
  }

  private int usage(CommandLine.ParameterException problem, String[] arguments) {
    CommandLine command = problem.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    String message =
        "%s%s ('%s --help' shows how to call it)"
            .formatted(
                problem.getMessage().lines().findFirst().orElse(""), suggestion(problem), name);
    outcome.because(name(command), message);
    err.println(name + ": " + message);
    err.flush();
    return ExitCode.USAGE;
  }

  private static String suggestion(CommandLine.ParameterException problem) {
    if (problem instanceof CommandLine.UnmatchedArgumentException unmatched) {
      var nearest = unmatched.getSuggestions();
      return nearest.isEmpty() ? "" : "; did you mean '" + nearest.get(0) + "'?";
    }
    return "";
  }

  private int fail(Throwable failure, CommandLine command) {
    PrintWriter err = command.getErr();
    Optional<JobProblem> job = JobProblem.of(failure);
    Failure seen = Failure.of(job.isPresent() ? job.get() : failure);
    if (verbose) {
      failure.printStackTrace(err);
    }
    return complain(
        seen.exitCode(),
        isConsequence(seen, job.isPresent() || failure instanceof JobProblem)
            ? "interrupted"
            : seen.message(),
        command);
  }

  private int complain(int code, String message, CommandLine command) {
    PrintWriter err = command.getErr();
    outcome.because(message);
    err.println("googlenet: " + message);
    err.flush();
    return code;
  }

  /**
   * Whether a failure only follows from the end of the JVM: Spark then stops itself, under a
   * running command, and after a signal also gives up that command's jobs.
   */
  private static boolean isConsequence(Failure failure, boolean isOfJob) {
    return ShutdownHookManager.get().isShutdownInProgress()
        && (failure.exitCode() == ExitCode.UNEXPECTED
            || (isOfJob && EndSignal.exitCode().isPresent()));
  }
}
