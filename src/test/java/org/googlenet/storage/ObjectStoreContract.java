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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every object store promises, whatever it stands on. */
public abstract class ObjectStoreContract {

  /** An empty store that no other test uses; its folder does not exist yet. */
  protected abstract ObjectStore store() throws IOException;

  @Test
  void whatWasCreatedIsReadBack() throws IOException {
    ObjectStore store = store();
    byte[] bytes = random(300_000);
    store.create("a/b/c.bin", Body.of(bytes));
    assertThat(read(store, "a/b/c.bin")).isEqualTo(bytes);
    assertThat(store.readBytes("a/b/c.bin", bytes.length)).isEqualTo(bytes);
  }

  /** A folder beside that of {@link #store}, on the same storage. */
  protected abstract ObjectStore beside() throws IOException;

  /** Whether the storage renames folders. */
  protected boolean moves() {
    return true;
  }

  @Test
  void aFolderIsMovedAsAWholeOrNotAtAll() throws IOException {
    ObjectStore store = store();
    ObjectStore beside = beside();
    store.create("a/b/x", Body.of("x".getBytes(UTF_8)));
    store.create("a/y", Body.of("y".getBytes(UTF_8)));
    store.create("z", Body.of(new byte[1]));
    assertThat(store.move("a", beside)).isEqualTo(moves());
    ObjectStore now = moves() ? beside : store;
    assertThat(names(now.list(""))).contains("a/b/x", "a/y");
    assertThat(read(now, "a/b/x")).isEqualTo("x".getBytes(UTF_8));
    assertThat(names(store.list(""))).contains("z").hasSize(moves() ? 1 : 3);
  }

  @Test
  void aFolderIsNotMovedOverAnother() throws IOException {
    ObjectStore store = store();
    ObjectStore beside = beside();
    store.create("a/x", Body.of("mine".getBytes(UTF_8)));
    beside.create("a/y", Body.of("theirs".getBytes(UTF_8)));
    assertThat(store.move("a", beside)).isFalse();
    assertThat(names(store.list(""))).containsExactly("a/x");
    assertThat(names(beside.list(""))).containsExactly("a/y");
  }

  /** As where the answer to a move was lost. */
  @Test
  void aFolderThatIsNotThereIsMovedAlready() throws IOException {
    ObjectStore beside = beside();
    beside.create("a/x", Body.of("x".getBytes(UTF_8)));
    assertThat(store().move("a", beside)).isEqualTo(moves());
    assertThat(names(beside.list(""))).containsExactly("a/x");
  }

  @Test
  void anEmptyObjectIsAnObject() throws IOException {
    ObjectStore store = store();
    store.create("empty", Body.of(new byte[0]));
    assertThat(read(store, "empty")).isEmpty();
    assertThat(store.list("")).containsExactly(new Entry("empty", 0));
  }

  @Test
  void aRangeIsReadWithoutTheRest() throws IOException {
    ObjectStore store = store();
    store.overwrite("x", Body.of("0123456789".getBytes(UTF_8)));
    assertThat(range(store, "x", 3, 4)).isEqualTo("3456");
    assertThat(range(store, "x", 0, 10)).isEqualTo("0123456789");
    assertThat(range(store, "x", 8, 100)).isEqualTo("89");
    assertThat(range(store, "x", 10, 5)).isEmpty();
    assertThat(range(store, "x", 12, 5)).isEmpty();
    assertThat(range(store, "x", 5, 0)).isEmpty();
  }

  @Test
  void whatIsAbsentIsNotFound() throws IOException {
    ObjectStore store = store();
    assertThatThrownBy(() -> store.read("a")).isInstanceOf(FileNotFoundException.class);
    store.overwrite("a/b", Body.of(new byte[1]));
    assertThatThrownBy(() -> store.read("a/c")).isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> store.readRange("a/c", 0, 1))
        .isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> read(store, "a")).isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void nothingLiesBelowAnObject() throws IOException {
    ObjectStore store = store();
    store.overwrite("a/b", Body.of(new byte[1]));
    assertThatThrownBy(() -> read(store, "a/b/c")).isInstanceOf(FileNotFoundException.class);
    store.delete("a/b/c");
    assertThat(names(store.list(""))).containsExactly("a/b");
  }

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
  void aReadMaySkip() throws IOException {
    ObjectStore store = store();
    byte[] bytes = random(3_000_000);
    store.overwrite("x", Body.of(bytes));
    try (InputStream in = store.readRange("x", 1000, 2_900_000)) {
      int position = 1000;
      for (int at : List.of(1000, 1100, 70_000, 80_000, 2_800_000)) {
        in.skipNBytes(at - position);
        assertThat(in.readNBytes(10)).isEqualTo(Arrays.copyOfRange(bytes, at, at + 10));
        position = at + 10;
      }
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

  @Test
  void aListingIsRecursiveSortedAndOfOneFolder() throws IOException {
    ObjectStore store = store();
    for (String name : List.of("b/2", "b/10", "a", "b/c/1", "bb/1", "b.json")) {
      store.overwrite(name, text(name));
    }
    assertThat(names(store.list("")))
        .containsExactly("a", "b.json", "b/10", "b/2", "b/c/1", "bb/1");
    assertThat(names(store.list("b"))).containsExactly("b/10", "b/2", "b/c/1");
    assertThat(names(store.list("b/"))).containsExactly("b/10", "b/2", "b/c/1");
    assertThat(store.list("b/c")).containsExactly(new Entry("b/c/1", 5));
    assertThat(store.list("a")).isEmpty();
    assertThat(store.list("nowhere")).isEmpty();
  }

  @Test
  void namesMayHoldWhatUsersTypeInFileNames() throws IOException {
    ObjectStore store = store();
    for (String name :
        List.of("a b/c d.jpg", "100%.jpg", "x#1?.jpg", "ünï/çödé.jpg", "k=v,[1].jpg")) {
      store.overwrite(name, text(name));
      assertThat(read(store, name)).asString(UTF_8).isEqualTo(name);
    }
    assertThat(store.list("")).hasSize(5);
    assertThat(names(store.list("a b"))).containsExactly("a b/c d.jpg");
  }

  @Test
  void aDeletedObjectIsGoneAndItsNeighbourStays() throws IOException {
    ObjectStore store = store();
    store.overwrite("a/x", text("x"));
    store.overwrite("a/y", text("y"));
    store.delete("a/x");
    store.delete("a/x");
    store.delete("nowhere/z");
    assertThat(names(store.list(""))).containsExactly("a/y");
    store.delete("a/y");
    assertThat(store.list("")).isEmpty();
    store.create("a/x", text("again"));
    assertThat(read(store, "a/x")).asString(UTF_8).isEqualTo("again");
  }

  @Test
  void aSmallObjectThatIsLargerThanItMayBeIsRefused() throws IOException {
    ObjectStore store = store();
    store.overwrite("x", Body.of(new byte[11]));
    assertThatThrownBy(() -> store.readBytes("x", 10))
        .isInstanceOf(StorageRefused.class)
        .hasMessageContaining("x: is larger than the 10 bytes that it may have");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/etc/passwd",
        "..",
        "../x",
        "a/../../x",
        "a//b",
        "a/",
        "./a",
        "a\\b",
        ".x",
        "a\nb",
        "a/.x.tmp"
      })
  void whatCouldBeAPathIsNoName(String name) throws IOException {
    ObjectStore store = store();
    assertThatThrownBy(() -> store.create(name, text("x"))).isInstanceOf(StorageRefused.class);
    assertThatThrownBy(() -> store.overwrite(name, text("x"))).isInstanceOf(StorageRefused.class);
    assertThatThrownBy(() -> store.read(name))
        .isInstanceOf(StorageRefused.class)
        .hasMessageContaining("is not a name");
    assertThatThrownBy(() -> store.delete(name)).isInstanceOf(StorageRefused.class);
    assertThat(ObjectStore.isName(name)).isFalse();
  }

  private static List<String> names(List<Entry> entries) {
    return entries.stream().map(Entry::name).toList();
  }

  private static byte[] read(ObjectStore store, String name) throws IOException {
    try (InputStream in = store.read(name)) {
      return in.readAllBytes();
    }
  }

  private static String range(ObjectStore store, String name, long offset, long length)
      throws IOException {
    try (InputStream in = store.readRange(name, offset, length)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static Body text(String text) {
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

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
