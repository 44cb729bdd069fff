package org.googlenet.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.Map;
import org.googlenet.common.Problem;
import org.googlenet.storage.ObjectStore.Body;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoresTest {

  @TempDir private Path folder;

  private final Stores stores = new Stores(Map.of());

  @Test
  void aPathAndAFileUriAreTheSamePlace() throws IOException {
    stores.open(folder + "/a b").create("x", Body.of(new byte[7]));
    assertThat(stores.open("file:" + folder + "/a b").list("")).hasSize(1);
    assertThat(stores.open("file://" + folder + "/a b/").list("")).hasSize(1);
  }

  @Test
  void aLocationKeepsTheUsersSpelling() {
    assertThat(stores.open("runs/sample/").location()).isEqualTo("runs/sample");
    assertThat(stores.open("runs:1/sample").location()).isEqualTo("runs:1/sample");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host/x", "s3://bucket/x", "http://host/x", "viewfs://x/y"})
  void aKindOfStorageThatKeepsNobodyApartIsRefused(String location) {
    assertThatThrownBy(() -> stores.open(location))
        .isInstanceOf(StorageRefused.class)
        .hasMessageStartingWith(location + ": storage of kind '")
        .hasMessageEndingWith("use a path, file:, hdfs:, losing:, memory: or s3a:");
  }

  @Test
  void aKindOfStorageThatWasAddedIsOpenedByItsScheme() throws IOException {
    stores.open("memory:/a").create("x", Body.of(new byte[7]));
    assertThat(stores.open("memory:/a")).isInstanceOf(MemoryStore.class);
    assertThat(stores.open("memory:/a").list("")).hasSize(1);
    assertThat(stores.open("memory:/b").list("")).isEmpty();
    assertThat(stores.open("MEMORY:/c").location()).isEqualTo("MEMORY:/c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a\nb"})
  void nonsenseIsRefused(String location) {
    assertThatThrownBy(() -> stores.open(location)).isInstanceOf(StorageRefused.class);
  }

  @Test
  void aUserInAUriIsRefusedAndNotRepeated() {
    assertThatThrownBy(() -> stores.open("s3a://key:secret@bucket/runs"))
        .isInstanceOf(StorageRefused.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void storesTravelToExecutorsWithTheWorkingFolder() throws Exception {
    stores.open(folder + "/data").create("x", Body.of(new byte[7]));
    Stores travelled = travelled(new Stores(Map.of(), folder));
    assertThat(travelled.open(folder + "/data").list("")).hasSize(1);
    assertThat(travelled.open("data").list("")).hasSize(1);
    assertThat(travelled.open("data").location()).isEqualTo("data");
  }

  private static Stores travelled(Stores stores) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(stores);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (Stores) in.readObject();
    }
  }

  @Test
  void theProblemsKnowTheirExitCodes() {
    assertThat(new StorageRefused("x").exitCode()).isEqualTo(2);
    assertThat(StorageProblem.at("s3a://b", new IOException("first\nsecond")))
        .hasMessageStartingWith("s3a://b: first; ")
        .extracting(Problem::exitCode)
        .isEqualTo(7);
  }
}
