package org.googlenet.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.googlenet.storage.ObjectStore.Body;
import org.googlenet.storage.ObjectStore.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every object store promises, whatever it stands on. */
public abstract class ObjectStoreContract extends ObjectStoreWriteContract {

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
  void anObjectsLengthIsToldByItsName() throws IOException {
    ObjectStore store = store();
    store.overwrite("a/b c", text("seven.."));
    store.overwrite("a/empty", text(""));
    assertThat(store.length("a/b c")).hasValue(7);
    assertThat(store.length("a/empty")).hasValue(0);
    for (String absent : List.of("a", "a/b", "nowhere/x")) {
      assertThat(store.length(absent)).as(absent).isEmpty();
    }
  }

  @Test
  void aSurveyTellsObjectsAndTheFoldersDirectlyBelow() throws IOException {
    ObjectStore store = store();
    for (String name : List.of("b/2", "b/c/1", "a", "bb/1")) {
      store.overwrite(name, text(name));
    }
    Survey all = store.survey("");
    assertThat(all.entries()).isEqualTo(store.list(""));
    assertThat(all.folders()).containsExactly("b", "bb");
    assertThat(all.aside()).isEmpty();
    Survey one = store.survey("b/");
    assertThat(names(one.entries())).containsExactly("b/2", "b/c/1");
    assertThat(one.folders()).containsExactly("c");
    assertThatThrownBy(() -> store.survey("nowhere")).isInstanceOf(FileNotFoundException.class);
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

  private static String range(ObjectStore store, String name, long offset, long length)
      throws IOException {
    try (InputStream in = store.readRange(name, offset, length)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
