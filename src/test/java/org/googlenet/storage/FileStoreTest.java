package org.googlenet.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.googlenet.storage.ObjectStore.Body;
import org.googlenet.storage.ObjectStore.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files keep the contract, and what is particular to them. */
class FileStoreTest extends ObjectStoreContract {

  @TempDir private Path folder;

  @Override
  protected ObjectStore store() {
    return new FileStore("runs/sample", folder.resolve("runs/sample"));
  }

  @Override
  protected ObjectStore beside() {
    return new FileStore("runs/sample.old-1", folder.resolve("runs/sample.old-1"));
  }

  @Test
  void nothingIsMadeBeforeTheFirstWrite() throws IOException {
    ObjectStore store = store();
    assertThat(store.list("")).isEmpty();
    store.delete("x");
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @Test
  void noFileIsLeftBesideTheObjects() throws IOException {
    ObjectStore store = store();
    store.create("a/x", Body.of(new byte[10]));
    store.create("a/x", Body.of(new byte[10]));
    store.overwrite("a/y", Body.of(new byte[10]));
    assertThatThrownBy(
            () ->
                store.create(
                    "a/z",
                    out -> {
                      throw new IOException("no");
                    }))
        .hasMessage("no");
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(all.filter(Files::isRegularFile).map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("x", "y");
    }
  }

  @Test
  void aSurveyTellsWhatIsNoObjectAndWhy() throws Exception {
    Path root = Files.createDirectories(folder.resolve("runs/sample"));
    Files.createDirectories(root.resolve("cat"));
    Files.createDirectories(root.resolve("empty"));
    Files.createDirectories(root.resolve(".hidden/deep"));
    Files.write(root.resolve("cat/a.jpg"), new byte[3]);
    Files.write(root.resolve("cat/._a.jpg"), new byte[3]);
    Files.write(root.resolve("cat/b\nc.jpg"), new byte[3]);
    Files.createSymbolicLink(root.resolve("cat/good.jpg"), root.resolve("cat/a.jpg"));
    Files.createSymbolicLink(root.resolve("cat/none.jpg"), Path.of("/nowhere/x"));
    Files.createSymbolicLink(root.resolve("cat/self.jpg"), root.resolve("cat/self.jpg"));
    Files.createSymbolicLink(root.resolve("cat/up"), Path.of(".."));
    // Java cannot write this name, which is in Latin-1.
    assertThat(
            new ProcessBuilder(
                    "bash",
                    "-c",
                    "mkfifo \"$0/pipe\"; : > \"$0\"/cat/caf$'\\xe9'.jpg",
                    root.toString())
                .start()
                .waitFor())
        .isZero();

    Survey survey = store().survey("");

    assertThat(survey.entries())
        .containsExactly(new Entry("cat/a.jpg", 3), new Entry("cat/good.jpg", 3));
    assertThat(survey.folders()).containsExactly("cat", "empty");
    assertThat(survey.aside())
        .containsExactlyInAnyOrder(
            new Survey.Aside(".hidden", Survey.Reason.HIDDEN),
            new Survey.Aside("cat/._a.jpg", Survey.Reason.HIDDEN),
            new Survey.Aside("cat/b\nc.jpg", Survey.Reason.UNUSABLE_NAME),
            new Survey.Aside("cat/caf\uFFFD.jpg", Survey.Reason.NOT_UTF_8),
            new Survey.Aside("cat/none.jpg", Survey.Reason.DANGLING_LINK),
            new Survey.Aside("cat/self.jpg", Survey.Reason.DANGLING_LINK),
            new Survey.Aside("cat/up", Survey.Reason.LOOP_OF_LINKS),
            new Survey.Aside("pipe", Survey.Reason.NOT_A_FILE));
    assertThatThrownBy(() -> store().survey("cat/a.jpg"))
        .isInstanceOf(StorageRefused.class)
        .hasMessageContaining("a file where a folder must be");
  }

  @Test
  void aFolderGoesWithItsLastObject() throws IOException {
    ObjectStore store = store();
    store.create("a/b/x", Body.of(new byte[1]));
    store.create("a/y", Body.of(new byte[1]));
    store.delete("a/b/x");
    assertThat(folder.resolve("runs/sample/a/b")).doesNotExist();
    assertThat(folder.resolve("runs/sample/a")).exists();
    store.delete("a/y");
    assertThat(folder.resolve("runs/sample")).isEmptyDirectory();
  }

  @Test
  void hiddenFilesAreNotObjects() throws IOException {
    ObjectStore store = store();
    store.create("x", Body.of(new byte[1]));
    Path root = folder.resolve("runs/sample");
    Files.write(root.resolve(".x.123.tmp"), new byte[1]);
    Files.createDirectories(root.resolve(".git"));
    Files.write(root.resolve(".git/config"), new byte[1]);
    assertThat(store.list("")).containsExactly(new Entry("x", 1));
  }

  @Test
  void aStoreMayLieBelowAHiddenFolder() throws IOException {
    ObjectStore store = new FileStore("runs", folder.resolve(".hidden/runs"));
    store.create("x", Body.of(new byte[1]));
    assertThat(store.list("")).hasSize(1);
  }

  @Test
  void linkedFoldersAreFollowed() throws IOException {
    ObjectStore store = store();
    store.create("a/x", Body.of(new byte[3]));
    Path root = folder.resolve("runs/sample");
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Files.write(elsewhere.resolve("y"), new byte[4]);
    Files.createSymbolicLink(root.resolve("b"), elsewhere);
    assertThat(store.list("")).containsExactly(new Entry("a/x", 3), new Entry("b/y", 4));
  }

  @Test
  void aFileWhereAFolderMustBeIsNamed() throws IOException {
    Files.write(folder.resolve("file"), new byte[1]);
    ObjectStore below = new FileStore("file/runs", folder.resolve("file/runs"));
    ObjectStore itself = new FileStore("file", folder.resolve("file"));
    for (ObjectStore store : List.of(below, itself)) {
      assertThatThrownBy(() -> store.create("x", Body.of(new byte[1])))
          .isInstanceOf(StorageRefused.class)
          .hasMessageContaining(folder.resolve("file").toString())
          .hasMessageContaining("a file where a folder must be")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void aFolderWhereAnObjectMustBeIsNamed() throws IOException {
    ObjectStore store = store();
    store.create("a/x", Body.of(new byte[1]));
    assertThatThrownBy(() -> store.overwrite("a", Body.of(new byte[1])))
        .isInstanceOf(StorageRefused.class)
        .hasMessageContaining("runs/sample/a: is a folder");
    assertThatThrownBy(() -> store.create("a", Body.of(new byte[1])))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() {
    ObjectStore store = new FileStore("/proc/none", Path.of("/proc/none"));
    assertThatThrownBy(() -> store.create("runs/x", Body.of(new byte[1])))
        .isInstanceOf(StorageRefused.class)
        .hasMessage("/proc/none/runs/x: the folder /proc/none/runs cannot be made; name another");
  }

  @Test
  void aPipeIsRefusedAndNotWaitedFor(@TempDir Path pipes) throws Exception {
    Process made = new ProcessBuilder("mkfifo", pipes.resolve("x").toString()).start();
    assertThat(made.waitFor()).isZero();
    assertThatThrownBy(() -> new FileStore("pipes", pipes).read("x"))
        .isInstanceOf(StorageRefused.class)
        .hasMessage("pipes/x: is a pipe or a device; name a file");
    assertThat(new FileStore("pipes", pipes).length("x")).isEmpty();
  }

  @Test
  void whatWouldLieBelowAFileHasNoLength() throws IOException {
    ObjectStore store = store();
    store.create("a", Body.of(new byte[1]));
    assertThat(store.length("a/b")).isEmpty();
  }
}
