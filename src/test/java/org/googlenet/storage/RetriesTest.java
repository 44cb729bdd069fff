package org.googlenet.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is tried again, for how long, and what comes of it. */
class RetriesTest {

  private static final Request REQUEST = new Request(Verb.READ, "s3a://b", "s3a://b/x");

  private final Retries retries = Retries.ofClient("s3a://b", Duration.ofSeconds(1));
  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void aPassingErrorIsTriedAgain() throws IOException {
    String result =
        retries.run(
            REQUEST,
            () -> {
              if (calls.incrementAndGet() < 3) {
                throw new SocketTimeoutException("Read timed out");
              }
              return "done";
            });
    assertThat(result).isEqualTo("done");
    assertThat(calls).hasValue(3);
  }

  @Test
  void anErrorThatStaysEndsAtTheDeadlineInOneLine() {
    long start = System.nanoTime();
    assertThatThrownBy(() -> retries.run(REQUEST, this::fail))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("s3a://b/x: first line (tried for ")
        .hasMessageNotContaining("\n")
        .hasCauseInstanceOf(StorageProblem.class)
        .hasRootCauseMessage("first line\nsecond line");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    assertThat(calls).hasValueGreaterThan(2);
  }

  @Test
  void anAnswerIsNotAskedForTwice() {
    assertThatThrownBy(
            () ->
                retries.run(
                    REQUEST,
                    () -> {
                      calls.incrementAndGet();
                      throw new FileNotFoundException("x");
                    }))
        .isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(
            () ->
                retries.run(
                    new Request(Verb.WRITE, "s3a://b", "s3a://b/x"),
                    () -> {
                      calls.incrementAndGet();
                      throw new AccessDeniedException("x");
                    }))
        .isInstanceOf(StorageRefused.class)
        .hasMessageStartingWith("s3a://b/x: no access (x); check the credentials");
    assertThat(calls).hasValue(2);
  }

  @Test
  void anInterruptEndsThePauses() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> retries.run(REQUEST, this::fail))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(calls).hasValue(1);
  }

  @Test
  void inHurryAWriteThatIsUnderWayIsLetEndAndAFailingOneIsNotTriedAgain() throws IOException {
    Request write = new Request(Verb.WRITE, "s3a://b", "s3a://b/x");
    Stores.hurry(Duration.ofMillis(100));
    try {
      assertThat(retries.run(write, this::slowly)).isEqualTo("done");
      assertThat(retries.run(write, this::slowly)).as("also a new one").isEqualTo("done");
      assertThatThrownBy(() -> retries.run(write, this::fail)).isInstanceOf(IOException.class);
      assertThat(calls).hasValue(1);
      assertThatThrownBy(() -> retries.run(write, this::slowly))
          .as("storage is known to fail")
          .isInstanceOf(IOException.class);
    } finally {
      Stores.stopHurrying();
    }
  }

  private String slowly() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(700);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return "done";
  }

  private Void fail() throws IOException {
    calls.incrementAndGet();
    throw new IOException("first line\nsecond line");
  }
}
