package org.googlenet.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.googlenet.HdfsServer;
import org.googlenet.storage.ObjectStore.Body;
import org.googlenet.storage.ObjectStore.Entry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real HDFS keeps the contract, and what is particular to it. */
class HdfsStoreTest extends ObjectStoreContract {

  private final String location = HdfsServer.shared().uri() + "/runs/" + UUID.randomUUID();

  @Override
  protected ObjectStore store() {
    return new Stores(Map.of()).open(location);
  }

  @Override
  protected ObjectStore beside() {
    return new Stores(Map.of()).open(location + ".old-1");
  }

  @Test
  void aFolderGoesWithItsLastObject() throws IOException {
    ObjectStore store = store();
    store.create("a/b/x", Body.of(new byte[1]));
    store.create("a/y", Body.of(new byte[1]));
    store.delete("a/b/x");
    assertThat(files().exists(new Path(location, "a/b"))).isFalse();
    assertThat(files().exists(new Path(location, "a"))).isTrue();
    store.delete("a/y");
    assertThat(files().listStatus(new Path(location))).isEmpty();
  }

  @Test
  void noFileIsLeftBesideTheObjects() throws IOException {
    ObjectStore store = store();
    store.create("x", Body.of(new byte[1]));
    store.create("x", Body.of(new byte[1]));
    assertThatThrownBy(
            () ->
                store.create(
                    "y",
                    out -> {
                      throw new IOException("no");
                    }))
        .hasMessage("no");
    assertThat(files().listStatus(new Path(location))).hasSize(1);
  }

  @Test
  void whatAKilledWriterLeftIsNoObject() throws IOException {
    ObjectStore store = store();
    files().create(new Path(location, "." + "x.1b2c-3d4e.tmp")).close();
    assertThat(store.list("")).isEmpty();
    store.create("x", Body.of(new byte[3]));
    assertThat(store.list("")).containsExactly(new Entry("x", 3));
  }

  @Test
  void aFileWhereAFolderMustBeIsNamed() throws IOException {
    ObjectStore store = store();
    store.create("a", Body.of(new byte[1]));
    assertThatThrownBy(() -> store.create("a/x", Body.of(new byte[1])))
        .isInstanceOf(StorageRefused.class)
        .hasMessageContaining("a file is in the way")
        .hasMessageNotContaining("\n");
    store.overwrite("b/x", Body.of(new byte[1]));
    assertThatThrownBy(() -> store.overwrite("b", Body.of(new byte[1])))
        .isInstanceOf(StorageRefused.class)
        .hasMessageContaining("is a folder");
  }

  @Tag("slow")
  @Test
  void aNameNodeThatIsRestartedIsWaitedFor() throws Exception {
    ObjectStore store = store();
    store.create("x", Body.of("before".getBytes(UTF_8)));
    HdfsServer.shared().stopNameNode();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> write =
          thread.submit(
              () -> {
                store.overwrite("x", Body.of("after".getBytes(UTF_8)));
                return null;
              });
      Thread.sleep(500);
      assertThat(write.isDone()).isFalse();
      HdfsServer.shared().restartNameNode();
      write.get();
    } finally {
      thread.shutdownNow();
    }
    assertThat(store.readBytes("x", 10)).asString(UTF_8).isEqualTo("after");
  }

  @Tag("slow")
  @Test
  void aNameNodeThatIsNotThereIsToldSoonAndInOneLine() {
    ObjectStore store = new Stores(Map.of()).open("hdfs://127.0.0.1:1/runs");
    long start = System.nanoTime();
    assertThatThrownBy(() -> store.list(""))
        .isInstanceOf(IOException.class)
        .hasCauseInstanceOf(StorageProblem.class)
        .hasMessageStartingWith("hdfs://127.0.0.1:1/runs: ")
        .hasMessageContaining("check that the storage is up")
        .hasMessageNotContaining("\n");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
  }

  private FileSystem files() throws IOException {
    return FileSystem.get(URI.create(location), new Configuration());
  }
}
