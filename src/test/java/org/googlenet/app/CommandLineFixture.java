package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.googlenet.LocalSpark;

/**
 * Starts the program as users do: {@code java @conf/jvm.options ... org.googlenet.app.Main} with
 * the launcher's logging and environment, as a process of its own; by the launcher itself, where
 * the jar is packaged; or, where only the answer counts, in this JVM.
 */
final class CommandLineFixture {

  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final long LONGEST_SECONDS = 800;
  private static final ObjectMapper JSON = new ObjectMapper();

  private CommandLineFixture() {}

  /** What a command came to. */
  record Result(int exitCode, String out, String err) {

    /** That it ended well. */
    Result succeeded() {
      assertThat(exitCode).as("exit code; stdout:%n%s%nstderr:%n%s", out, err).isZero();
      return this;
    }

    /** That it ended with this code and one line of complaint, which has all these parts. */
    Result refused(int code, String... parts) {
      assertThat(exitCode).as("exit code; stdout:%n%s%nstderr:%n%s", out, err).isEqualTo(code);
      assertThat(err.lines().toList())
          .singleElement()
          .asString()
          .startsWith("googlenet")
          .contains(parts)
          .doesNotContain("unexpected", "Exception", "null");
      return this;
    }

    /** The one JSON object that is all of stdout. */
    JsonNode json() {
      succeeded();
      try {
        assertThat(out.lines().toList()).as(out).hasSize(1);
        return JSON.readTree(out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Runs the program in a process of its own to its end. */
  static Result run(Object... arguments) {
    try (Running running = start(arguments)) {
      return running.await();
    }
  }

  /** Starts the program in a process of its own. */
  static Running start(Object... arguments) {
    return start(Map.of(), arguments);
  }

  /** Runs another main class of the tests to its end, as the program would be run. */
  static Result runMain(Class<?> main, Object... arguments) {
    String classes = System.getProperty("java.class.path");
    try (Running running = new Running(java(classes, main, arguments), Map.of())) {
      return running.await();
    }
  }

  /** Runs the program with a file as its stdout, say {@code /dev/full}. */
  static Result runInto(Path stdout, Object... arguments) {
    List<String> command = java(classPath(), Main.class, arguments);
    try (Running running = new Running(command, Map.of(), stdout)) {
      return running.await();
    }
  }

  /** The same with some of the environment. */
  static Running start(Map<String, String> environment, Object... arguments) {
    return new Running(java(classPath(), Main.class, arguments), environment);
  }

  private static List<String> java(String classPath, Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>(receptiveToInterrupts());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + ROOT.resolve("conf/jvm.options"),
            "-Xmx2g",
            "-Dlog4j2.configurationFile=" + ROOT.resolve("conf/log4j2.properties").toUri(),
            "-cp",
            classPath,
            main.getName()));
    command.addAll(List.of(texts(arguments)));
    return command;
  }

  /** Starts the packaged program by its launcher, {@code scripts/googlenet}. */
  static Running launch(Map<String, String> environment, Object... arguments) {
    List<String> command = new ArrayList<>(receptiveToInterrupts());
    command.add(ROOT.resolve("scripts/googlenet").toString());
    command.addAll(List.of(texts(arguments)));
    return new Running(command, environment);
  }

  /** Runs the program within this JVM, which must not have a Spark of its own meanwhile. */
  static Result runHere(Object... arguments) {
    LocalSpark.stop();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.execute(new PrintWriter(out), new PrintWriter(err), texts(arguments));
    return new Result(code, out.toString(), err.toString());
  }

  private static String[] texts(Object... arguments) {
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    return texts;
  }

  /** The program at work. */
  static final class Running implements AutoCloseable {

    private final Path out = temporary("out");
    private final Path err = temporary("err");
    private final Process process;

    private Running(List<String> command, Map<String, String> environment) {
      this(command, environment, null);
    }

    /**
     * @param stdout where the program's goes; null for a file that is read afterwards
     */
    private Running(List<String> command, Map<String, String> environment, Path stdout) {
      ProcessBuilder builder = new ProcessBuilder(command).directory(ROOT.toFile());
      builder.redirectOutput((stdout == null ? out : stdout).toFile()).redirectError(err.toFile());
      builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
      builder.environment().put("OPENCV_LOG_LEVEL", "SILENT");
      builder.environment().remove("SPARK_HOME");
      builder.environment().putAll(environment);
      try {
        process = builder.start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Waits for the end. */
    Result await() {
      try {
        boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
        assertThat(ended).as("ended; so far: %s %s", text(out), text(err)).isTrue();
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      return new Result(process.exitValue(), text(out), text(err));
    }

    /** Waits until a part of a line matches on stdout. */
    Running awaitLine(String expression) {
      Pattern wanted = Pattern.compile(expression);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
      while (!wanted.matcher(text(out)).find()) {
        assertThat(process.isAlive() && System.nanoTime() < deadline)
            .as("still to say %s; so far: %s %s", expression, text(out), text(err))
            .isTrue();
        pause();
      }
      return this;
    }

    /** As Ctrl-C does. */
    Running interrupt() {
      return signal("INT");
    }

    /** As {@code kill -SIGNAL} does. */
    Running signal(String name) {
      try {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      return this;
    }

    /** As {@code kill -9} does. */
    Result kill() {
      process.destroyForcibly();
      return await();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  /** Without this project's tests and their logging. */
  private static String classPath() {
    return String.join(
        File.pathSeparator,
        Pattern.compile(Pattern.quote(File.pathSeparator))
            .splitAsStream(System.getProperty("java.class.path"))
            .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("test-classes/"))
            .toList());
  }

  /** What is started in the background of a script ignores SIGINT, and so do its children. */
  private static List<String> receptiveToInterrupts() {
    List<String> prefix = List.of("env", "--default-signal=INT");
    List<String> attempt = new ArrayList<>(prefix);
    attempt.add("true");
    try {
      boolean known =
          new ProcessBuilder(attempt)
                  .redirectError(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor()
              == 0;
      return known ? prefix : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static Path temporary(String name) {
    try {
      Path file = Files.createTempFile("googlenet-", "." + name);
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted", e);
  }
}
