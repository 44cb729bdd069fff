package org.googlenet.data.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecognisedFormatsTest {

  private static Optional<String> format(byte[] content) throws IOException {
    MemoryStore store = new MemoryStore();
    store.create("shard", ObjectStore.Body.of(content));
    Shard shard = new Shard("shard", 0, content.length, "", "");
    return ForeignFormat.of(new ShardSource(store, shard)).map(ShardFormat::name);
  }

  @ParameterizedTest
  @CsvSource({
    "foreign/webdataset.tar, webdataset",
    "foreign/imagenet.tfrecord, tfrecord",
    "parquet/datasets.parquet, parquet"
  })
  void aShardIsToldByItsFirstBytes(String resource, String name) throws IOException {
    byte[] content = Files.readAllBytes(Path.of("src/test/resources").resolve(resource));
    assertThat(format(content)).contains(name);
    assertThat(format(Arrays.copyOf(content, 512))).contains(name);
  }

  @Test
  void textIsOfNoFormat() throws IOException {
    assertThat(format(new byte[0])).isEmpty();
    for (String text :
        new String[] {"a", "key\tshard\n".repeat(500), "é日".repeat(500), "[".repeat(600)}) {
      assertThat(format(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }
  }

  @Test
  void anyBytesAreOfAFormatOrOfNone() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      byte[] content = new byte[random.nextInt(1500)];
      random.nextBytes(content);
      assertThat(format(content)).isEmpty();
    }
  }
}
