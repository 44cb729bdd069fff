package org.googlenet.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.googlenet.storage.ObjectStore.Body;
import org.googlenet.storage.ObjectStore.Entry;
import org.junit.jupiter.api.Test;

/** What every object store promises of writes: each is whole or absent, and one creator wins. */
public abstract class ObjectStoreWriteContract {

  /** An empty store that no other test uses; its folder does not exist yet. */
  protected abstract ObjectStore store() throws IOException;

  @Test
  void aSecondCreateIsRefusedAndChangesNothing() throws IOException {
    ObjectStore store = store();
    store.create("x", text("first"));
    assertThatThrownBy(() -> store.create("x", text("other")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> store.create("x", text("first and more")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> store.create("x", text("")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(read(store, "x")).asString(UTF_8).isEqualTo("first");
    assertThat(store.list("")).containsExactly(new Entry("x", 5));
  }

  @Test
  void aCreateOfTheSameContentIsARetryAndSucceeds() throws IOException {
    ObjectStore store = store();
    byte[] bytes = random(200_000);
    store.create("x", Body.of(bytes));
    store.create("x", Body.of(bytes));
    assertThat(read(store, "x")).isEqualTo(bytes);
  }

  @Test
  void oneOfManyCreatorsWins() throws Exception {
    ObjectStore store = store();
    int writers = 8;
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      List<Future<Boolean>> won = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        String mine = "writer " + i;
        Callable<Boolean> create =
            () -> {
              start.await();
              try {
                store.create("terms/0001.json", text(mine));
                return true;
              } catch (FileAlreadyExistsException e) {
                return false;
              }
            };
        won.add(threads.submit(create));
      }
      start.countDown();
      List<Integer> winners = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        if (won.get(i).get()) {
          winners.add(i);
        }
      }
      assertThat(winners).hasSize(1);
      assertThat(read(store, "terms/0001.json"))
          .asString(UTF_8)
          .isEqualTo("writer " + winners.get(0));
      assertThat(store.list("")).hasSize(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void anOverwriteReplacesTheWhole() throws IOException {
    ObjectStore store = store();
    store.overwrite("x", text("a long first content"));
    store.overwrite("x", text("short"));
    assertThat(read(store, "x")).asString(UTF_8).isEqualTo("short");
    assertThat(store.list("")).containsExactly(new Entry("x", 5));
  }

  /** A term is renewed by one thread, and read by others, at any moment. */
  @Test
  void aSmallObjectThatIsReplacedAllTheTimeIsReadAsOneOfItsContents() throws Exception {
    ObjectStore store = store();
    store.overwrite("terms/0001.json", Body.of(content(1)));
    AtomicBoolean isRead = new AtomicBoolean();
    AtomicInteger written = new AtomicInteger(1);
    ExecutorService writer = Executors.newSingleThreadExecutor();
    Future<?> writes =
        writer.submit(
            () -> {
              while (!isRead.get()) {
                store.overwrite("terms/0001.json", Body.of(content(written.incrementAndGet())));
              }
              return null;
            });
    try {
      for (int i = 0; i < 50 || written.get() < 3; i++) {
        byte[] read = store.readBytes("terms/0001.json", 10_000);
        if (!isOfOneMoment()) {
          continue;
        }
        assertThat(read).containsOnly(read[0]);
        assertThat(read.length % 250).as("%d", read[0]).isEqualTo(read[0] & 0xff);
      }
    } finally {
      isRead.set(true);
      writer.shutdown();
    }
    writes.get();
  }

  /** Whether what the server sends is of the object whose size it has told. */
  protected boolean isOfOneMoment() {
    return true;
  }

  private static byte[] content(int number) {
    byte[] bytes = new byte[250 + number % 250];
    Arrays.fill(bytes, (byte) (number % 250));
    return bytes;
  }

  @Test
  void aBodyThatFailsLeavesNothing() throws IOException {
    ObjectStore store = store();
    assertThatThrownBy(() -> store.create("a/x", failing()))
        .isInstanceOf(IOException.class)
        .hasMessage("the body failed");
    assertThatThrownBy(() -> store.overwrite("a/y", failing())).hasMessage("the body failed");
    assertThatThrownBy(
            () ->
                store.create(
                    "a/z",
                    out -> {
                      out.write(1);
                      throw new IllegalStateException("not even I/O");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(store.list("")).isEmpty();
    assertThatThrownBy(() -> store.read("a/x")).isInstanceOf(FileNotFoundException.class);
  }

  /** Large enough for S3 to be uploaded in parts before the body ends. */
  @Test
  void aLargeObjectIsWholeOrAbsent() throws IOException {
    ObjectStore store = store();
    byte[] bytes = random(20_000_000);
    assertThatThrownBy(
            () ->
                store.overwrite(
                    "a/large",
                    out -> {
                      out.write(bytes);
                      assertThat(store.list("")).isEmpty();
                      throw new IOException("the body failed");
                    }))
        .hasMessage("the body failed");
    assertThat(store.list("")).isEmpty();
    store.create("a/large", Body.of(bytes));
    assertThat(store.list("")).containsExactly(new Entry("a/large", bytes.length));
    assertThat(Arrays.equals(read(store, "a/large"), bytes)).isTrue();
    try (InputStream in = store.readRange("a/large", 9_000_000, 5_000_000)) {
      byte[] range = in.readAllBytes();
      assertThat(Arrays.equals(range, Arrays.copyOfRange(bytes, 9_000_000, 14_000_000))).isTrue();
    }
  }

  @Test
  void aCancelledWriteLeavesNothing() throws Exception {
    ObjectStore store = store();
    CountDownLatch started = new CountDownLatch(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> write =
          thread.submit(
              () -> {
                store.overwrite(
                    "a/x",
                    out -> {
                      out.write(random(10_000_000));
                      started.countDown();
                      waitForInterrupt();
                    });
                return null;
              });
      assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
      thread.shutdownNow();
      assertThatThrownBy(() -> write.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(InterruptedIOException.class);
    } finally {
      thread.shutdownNow();
    }
    assertThat(store.list("")).isEmpty();
    assertThatThrownBy(() -> store.read("a/x")).isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void anOverwriteWhoseBodyFailsKeepsTheOldContent() throws IOException {
    ObjectStore store = store();
    store.overwrite("x", text("old"));
    assertThatThrownBy(() -> store.overwrite("x", failing())).hasMessage("the body failed");
    assertThat(read(store, "x")).asString(UTF_8).isEqualTo("old");
  }

  @Test
  void aBodyThatClosesItsStreamPublishesNothingByThat() throws IOException {
    ObjectStore store = store();
    assertThatThrownBy(
            () ->
                store.create(
                    "x",
                    out -> {
                      out.write(1);
                      out.close();
                      throw new IOException("after closing");
                    }))
        .hasMessage("after closing");
    assertThat(store.list("")).isEmpty();
    store.create(
        "y",
        out -> {
          out.write(1);
          out.close();
        });
    assertThat(read(store, "y")).hasSize(1);
  }

  @Test
  void anObjectIsNotSeenBeforeItIsWhole() throws IOException {
    ObjectStore store = store();
    store.create(
        "a/x",
        out -> {
          out.write(random(200_000));
          out.flush();
          assertThat(store.list("")).isEmpty();
        });
    assertThat(store.list("")).hasSize(1);
  }

  static byte[] read(ObjectStore store, String name) throws IOException {
    try (InputStream in = store.read(name)) {
      return in.readAllBytes();
    }
  }

  static Body text(String text) {
    return Body.of(text.getBytes(UTF_8));
  }

  private static Body failing() {
    return out -> {
      out.write(random(100_000));
      throw new IOException("the body failed");
    };
  }

  private static void waitForInterrupt() throws InterruptedIOException {
    try {
      Thread.sleep(60_000);
      throw new AssertionError("nobody interrupted");
    } catch (InterruptedException e) {
      throw new InterruptedIOException("cancelled");
    }
  }

  static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
