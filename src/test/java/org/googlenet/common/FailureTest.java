package org.googlenet.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.googlenet.recipe.RecipeProblem;
import org.junit.jupiter.api.Test;

/** What the user is told of a failure, whatever it is wrapped in. */
class FailureTest {

  private static Failure wrapped(Throwable failure) {
    return Failure.of(new IllegalStateException(new ExecutionException("outside", failure)));
  }

  @Test
  void aProblemSaysItAll() {
    RecipeProblem problem = new RecipeProblem("recipe.yaml", List.of("run: is missing"));
    assertThat(wrapped(problem)).isEqualTo(new Failure(2, problem.getMessage()));
  }

  @Test
  void memoryIsTheUsersToGive() {
    assertThat(wrapped(new OutOfMemoryError("Java heap space")))
        .isEqualTo(
            new Failure(
                2,
                "out of memory (Java heap space); give the JVM more (GOOGLENET_JAVA_OPTS=-Xmx8g; with spark-submit spark.driver.memory, spark.executor.memory), or lower training.batch"));
  }

  @Test
  void threadsAndFilesAreLimitsOfTheProcess() {
    Failure threads = wrapped(new OutOfMemoryError("unable to create native thread: possibly ..."));
    assertThat(threads.exitCode()).isEqualTo(2);
    assertThat(threads.message()).contains("ulimit -u").doesNotContain("Xmx");
    Failure files = wrapped(new IOException("/data/x.tar: Too many open files"));
    assertThat(files)
        .isEqualTo(
            new Failure(
                2,
                "/data/x.tar: Too many open files; let the process have more, such as 'ulimit -n 4096'"));
  }

  @Test
  void aNativeLibraryThatIsMissingIsTheMachines() {
    Failure seen = wrapped(new UnsatisfiedLinkError("no jnind4jcpu in java.library.path\nmore"));
    assertThat(seen.exitCode()).isEqualTo(2);
    assertThat(seen.message())
        .startsWith("a native library cannot be loaded (no jnind4jcpu in java.library.path) on ")
        .contains(System.getProperty("os.arch"), "-Dorg.bytedeco.javacpp.cachedir=DIR")
        .doesNotContain("\n");
  }

  @Test
  void anotherVersionOfALibraryIsNamedWithItsSpark() {
    for (Error error :
        List.of(
            new NoSuchMethodError("'void org.apache.spark.X.y()'"),
            new NoClassDefFoundError("org/apache/spark/X"),
            new IncompatibleClassChangeError("org.apache.spark.X"))) {
      Failure seen = wrapped(error);
      assertThat(seen.exitCode()).isEqualTo(2);
      assertThat(seen.message())
          .startsWith(error.getClass().getSimpleName() + ": " + error.getMessage())
          .contains("needs Spark 3.5 with Scala 2.12, and this is Spark 3.5.8")
          .doesNotContain("native");
    }
  }

  @Test
  void theFailureOfAnInitialiserIsWhatItFailedWith() {
    Error initialiser = new ExceptionInInitializerError(new UnknownHostException("nowhere"));
    NoClassDefFoundError later = new NoClassDefFoundError("Could not initialize class X");
    later.initCause(initialiser);
    for (Error error : List.of(initialiser, later)) {
      assertThat(wrapped(error).message()).contains("nowhere").doesNotContain("null", "library");
    }
    Error natives = new ExceptionInInitializerError(new UnsatisfiedLinkError("no jniopenblas"));
    assertThat(wrapped(natives).message()).startsWith("a native library cannot be loaded");
  }

  @Test
  void storageIsWorthAnotherTry() {
    assertThat(wrapped(new UncheckedIOException(new IOException("No space left on device"))))
        .isEqualTo(
            new Failure(7, "storage: No space left on device; check that it is up and has room"));
  }

  @Test
  void allElseIsUnexpected() {
    assertThat(wrapped(new ArithmeticException("/ by zero")))
        .isEqualTo(
            new Failure(1, "unexpected: ArithmeticException: / by zero (--verbose shows where)"));
  }

  /** Fails to be initialised, as a class whose native library cannot be loaded does. */
  private static final class Uninitialised {
    static {
      if (true) {
        throw new UnsatisfiedLinkError("no jnidnnl");
      }
    }

    static void use() {}
  }

  @Test
  void theSecondUseOfAClassWithoutItsLibrarySaysTheSameAsTheFirst() {
    Throwable first = catchThrowable(Uninitialised::use);
    Throwable second = catchThrowable(Uninitialised::use);
    assertThat(second).isInstanceOf(NoClassDefFoundError.class);
    assertThat(wrapped(first).message()).contains("library");
    assertThat(wrapped(second).message()).contains("library").doesNotContain("Scala");
    assertThat(wrapped(second).exitCode()).isEqualTo(2);
  }
}
