package org.googlenet.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
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
                2, "out of memory (Java heap space); give the JVM more, or lower training.batch"));
  }

  @Test
  void aNativeLibraryThatIsMissingIsTheMachines() {
    Failure seen = wrapped(new UnsatisfiedLinkError("no jnind4jcpu in java.library.path\nmore"));
    assertThat(seen.exitCode()).isEqualTo(2);
    assertThat(seen.message())
        .startsWith("a library cannot be loaded (no jnind4jcpu in java.library.path);")
        .doesNotContain("\n");
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
}
