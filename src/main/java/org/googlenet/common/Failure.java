package org.googlenet.common;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/**
 * What the user sees of a failure: a message and an exit code, from whichever of its causes has
 * them.
 *
 * @param exitCode of the program, one of those in {@code docs/operations.md}
 * @param message one line, unless a {@link Problem} has several
 */
public record Failure(int exitCode, String message) {

  public static Failure of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem problem) {
        return new Failure(problem.exitCode(), problem.getMessage());
      }
      if (cause instanceof OutOfMemoryError) {
        return new Failure(ExitCode.USAGE, outOfMemory(firstLine(cause)));
      }
      if (cause instanceof UnsatisfiedLinkError) {
        return new Failure(ExitCode.USAGE, nativeLibrary(firstLine(cause)));
      }
      // When a class is used again after its initialiser failed, this is all that Java keeps of it.
      if (cause instanceof ExceptionInInitializerError
          && firstLine(cause).contains("UnsatisfiedLinkError")) {
        return new Failure(ExitCode.USAGE, nativeLibrary(firstLine(cause)));
      }
      // If a class's initialiser failed, the next cause says why.
      if (cause instanceof LinkageError && cause.getCause() == null) {
        return new Failure(ExitCode.USAGE, otherClass(cause));
      }
    }
    return ofRoot(root(failure));
  }

  private static Failure ofRoot(Throwable root) {
    String message = firstLine(root);
    if (message.contains("Too many open files")) {
      return new Failure(
          ExitCode.USAGE, message + "; let the process have more, such as 'ulimit -n 4096'");
    }
    if (root instanceof IOException) {
      return new Failure(
          ExitCode.UNAVAILABLE, "storage: %s; check that it is up and has room".formatted(message));
    }
    return new Failure(
        ExitCode.UNEXPECTED,
        "unexpected: %s: %s (--verbose shows where)"
            .formatted(root.getClass().getSimpleName(), message));
  }

  private static String outOfMemory(String kind) {
    String remedy =
        kind.contains("native thread")
            ? "let the process have more threads (ulimit -u, a container's pids limit) or address space (ulimit -v)"
            : "give the JVM more (GOOGLENET_JAVA_OPTS=-Xmx8g; with spark-submit spark.driver.memory, spark.executor.memory), or lower training.batch";
    return "out of memory (%s); %s".formatted(kind, remedy);
  }

  private static String nativeLibrary(String why) {
    String refusals = NativeFolder.refusals();
    if (!refusals.isEmpty()) {
      return "the native libraries cannot be unpacked: %s; name a folder that can be written, may hold programs and has room: %s"
          .formatted(refusals, NativeFolder.SETTING);
    }
    return "a native library cannot be loaded (%s) on %s %s; take a jar for this machine, or if its copy is damaged, another folder to unpack to: %s"
        .formatted(
            why,
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            NativeFolder.SETTING);
  }

  /**
   * The message for a class or method that the job was compiled with and that is missing here, or
   * differs.
   */
  private static String otherClass(Throwable failure) {
    return "%s: %s; the libraries here are not those that the job was built for: it needs Spark 3.5 with Scala 2.12, and this is %s"
        .formatted(failure.getClass().getSimpleName(), firstLine(failure), spark());
  }

  private static String spark() {
    try (InputStream file =
        ClassLoader.getSystemResourceAsStream("spark-version-info.properties")) {
      Properties information = new Properties();
      if (file != null) {
        information.load(file);
      }
      String version = information.getProperty("version");
      return version == null ? "no Spark at all" : "Spark " + version;
    } catch (IOException e) {
      return "a Spark of no version";
    }
  }

  /** The innermost cause. */
  public static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
