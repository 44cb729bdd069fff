package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.Shard;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.model.Batch;
import org.googlenet.storage.ForwardingStore;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards that are kept on the machine that read them. */
class ShardCacheTest {

  private static final long PLENTY = 1 << 30;

  @TempDir private Path folder;

  private Path cache;
  private Counting store;
  private Dataset dataset;

  /** Counts what is read of a store. */
  private static final class Counting extends ForwardingStore {

    private final List<String> reads = Collections.synchronizedList(new ArrayList<>());

    Counting(ObjectStore store) {
      super(store);
    }

    @Override
    public InputStream read(String name) throws IOException {
      reads.add(name);
      return super.read(name);
    }

    @Override
    public InputStream readRange(String name, long offset, long length) throws IOException {
      reads.add(name + " in part");
      return super.readRange(name, offset, length);
    }
  }

  @BeforeEach
  void makeShards() throws IOException {
    dataset = SmallDatasets.make(folder.resolve("data"), 40, 40, 40);
    store = new Counting(SmallDatasets.STORES.open(folder.resolve("data").toString()));
    cache = folder.resolve("cache");
  }

  @Test
  void aShardIsFetchedOnceAndReadFromTheMachineFromThenOn() throws IOException {
    for (int i = 0; i < 3; i++) {
      assertRead(0, 700 * i, 900, PLENTY);
    }
    assertThat(store.reads).containsExactly("train-00000.tar");
  }

  @Test
  void aRangeEndsWithTheShard() throws IOException {
    Shard shard = dataset.shards().get(1);
    try (InputStream in = ShardCache.in(cache).open(store, shard, shard.bytes() - 5, 100, PLENTY)) {
      assertThat(in.readAllBytes()).hasSize(5);
    }
  }

  @Test
  void theLeastRecentlyReadShardsMakeRoom() throws IOException {
    long two = dataset.shards().get(0).bytes() + dataset.shards().get(1).bytes();
    assertRead(0, 0, 100, two);
    assertRead(1, 0, 100, two);
    age(0, 1_000);
    age(1, 2_000);
    assertRead(0, 100, 100, two);

    assertRead(2, 0, 100, two);

    assertThat(kept()).containsExactlyInAnyOrder(name(0), name(2));
    assertRead(1, 0, 100, two);
    assertThat(held()).isLessThanOrEqualTo(two);
    assertThat(store.reads)
        .containsExactly(
            "train-00000.tar", "train-00001.tar", "train-00002.tar", "train-00001.tar");
  }

  @Test
  void aShardThatWouldNotFitIsReadFromTheStore() throws IOException {
    assertRead(0, 10, 100, dataset.shards().get(0).bytes() - 1);
    assertThat(store.reads).containsExactly("train-00000.tar in part");
    assertThat(cache).doesNotExist();
  }

  @Test
  void aFileThatIsNotWhatItsNameSaysIsFetchedAgain() throws IOException {
    Files.createDirectories(cache);
    byte[] damaged = bytes(0);
    damaged[1000] ^= 1;
    Files.write(cache.resolve(name(0)), damaged);

    assertRead(0, 900, 200, PLENTY);

    assertThat(store.reads).containsExactly("train-00000.tar");
    assertThat(Files.readAllBytes(cache.resolve(name(0)))).isEqualTo(bytes(0));
  }

  @Test
  void aFileOfAnotherExecutorIsCheckedAndUsed() throws IOException {
    Files.createDirectories(cache);
    Files.write(cache.resolve(name(0)), bytes(0));

    assertRead(0, 900, 200, PLENTY);

    assertThat(store.reads).isEmpty();
  }

  @Test
  void whatAKilledExecutorLeftUnfinishedIsRemoved() throws IOException {
    Files.createDirectories(cache);
    Path unfinished = Files.writeString(cache.resolve("." + name(2) + ".tmp"), "half");
    assertRead(0, 0, 100, PLENTY);
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void whatElseLiesInTheFolderIsNotTouched() throws IOException {
    Files.createDirectories(cache);
    Path file = Files.writeString(cache.resolve("thesis.tex"), "years of work");
    Path hidden = Files.writeString(cache.resolve(".bashrc"), "alias");
    Path other = Files.writeString(cache.resolve("old.shard"), "of another program");
    long one = dataset.shards().get(0).bytes();
    for (int shard = 0; shard < 3; shard++) {
      assertRead(shard, 0, 100, one);
    }
    assertThat(List.of(file, hidden, other)).allSatisfy(path -> assertThat(path).exists());
  }

  @Test
  void aDataSetThatDoesNotFitAsAWholeIsReadFromTheStore() throws IOException {
    long all = dataset.shards().stream().mapToLong(Shard::bytes).sum();
    keys(dataset.keptIn(cache.toString(), all - 1), List.of(new Range(0, 0, 5)));
    assertThat(cache).doesNotExist();
    keys(dataset.keptIn(cache.toString(), all), List.of(new Range(0, 0, 5)));
    assertThat(kept()).containsExactly(name(0));
  }

  @Test
  void aShardThatIsNotTheDataSetsIsADataProblemAndIsNotKept() throws IOException {
    Path shard = folder.resolve("data/train-00001.tar");
    byte[] damaged = bytes(1);
    damaged[700] ^= 1;
    Files.write(shard, damaged);

    assertThatThrownBy(() -> assertRead(1, 0, 100, PLENTY))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("shard " + folder + "/data/train-00001.tar: has another SHA-256")
        .hasMessageContaining("copy the data set again");
    assertThat(kept()).isEmpty();
  }

  @Test
  void aFolderThatCannotBeUsedIsNoReasonToFail() throws IOException {
    Files.writeString(cache, "a file where the folder should be");
    assertRead(0, 900, 200, PLENTY);
    Files.delete(cache);
    assertRead(1, 900, 200, PLENTY);
    assertThat(store.reads).containsExactly("train-00000.tar in part", "train-00001.tar in part");
  }

  @Test
  void tasksThatWantTheSameShardAtOnceFetchItOnce() throws Exception {
    ExecutorService tasks = Executors.newFixedThreadPool(8);
    List<Future<?>> reads = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      int shard = i % 2;
      reads.add(
          tasks.submit(
              () -> {
                assertRead(shard, 100, 400, PLENTY);
                return null;
              }));
    }
    for (Future<?> read : reads) {
      read.get();
    }
    tasks.shutdown();
    assertThat(store.reads).containsExactlyInAnyOrder("train-00000.tar", "train-00001.tar");
  }

  @Test
  void batchesAreTheSameFromTheMachineAsFromTheStore() throws IOException {
    Dataset kept = dataset.keptIn(cache.toString(), PLENTY);
    List<Range> ranges = List.of(new Range(0, 3, 30), new Range(2, 0, 20));
    for (int epoch = 0; epoch < 2; epoch++) {
      assertThat(keys(kept, ranges)).isEqualTo(keys(dataset, ranges)).hasSize(47);
    }
    assertThat(kept()).containsExactlyInAnyOrder(name(0), name(2));
  }

  private static List<String> keys(Dataset dataset, List<Range> ranges) {
    List<String> keys = new ArrayList<>();
    try (Batches batches =
        Batches.shuffled(
            dataset,
            ranges,
            new BatchSpec(8, 8, Decoding.of(Augmentation.Kind.NONE)),
            new EpochSeed(1, 0))) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        keys.addAll(batch.keys());
      }
    }
    return keys;
  }

  private void assertRead(int shard, int offset, int length, long limit) throws IOException {
    Shard wanted = dataset.shards().get(shard);
    try (InputStream in = ShardCache.in(cache).open(store, wanted, offset, length, limit)) {
      assertThat(in.readAllBytes())
          .isEqualTo(Arrays.copyOfRange(bytes(shard), offset, offset + length));
    }
  }

  private byte[] bytes(int shard) throws IOException {
    return Files.readAllBytes(folder.resolve("data").resolve(dataset.shards().get(shard).name()));
  }

  private String name(int shard) {
    return dataset.shards().get(shard).sha256() + ".shard";
  }

  private void age(int shard, long milliseconds) throws IOException {
    Files.setLastModifiedTime(cache.resolve(name(shard)), FileTime.fromMillis(milliseconds));
  }

  private List<String> kept() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(n -> !n.startsWith("."))
          .toList();
    }
  }

  private long held() throws IOException {
    long held = 0;
    for (String name : kept()) {
      held += Files.size(cache.resolve(name));
    }
    return held;
  }
}
