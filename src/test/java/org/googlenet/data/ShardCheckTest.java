package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.googlenet.Mutations;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardIndex;
import org.googlenet.data.format.TarShard;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A shard is read from its first byte to its last, and whatever is wrong is told. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ShardCheckTest {

  private static final int COPIES = 300;
  private static final int RECORDS = 6;

  @TempDir private Path folder;
  private Dataset dataset;
  private Path shard;
  private Path index;

  @BeforeEach
  void make() throws IOException {
    dataset = SmallDatasets.make(folder, RECORDS);
    shard = folder.resolve("train-00000.tar");
    index = folder.resolve("train-00000.idx");
  }

  /** What a check told. */
  private static final class Told implements ShardCheck.Listener {

    private final Set<Defect> defects = EnumSet.noneOf(Defect.class);
    private final List<String> lines = new ArrayList<>();
    private final Map<String, String> images = new LinkedHashMap<>();

    static Told of(Dataset dataset) throws IOException {
      Told told = new Told();
      ShardCheck.of(dataset, 0, told);
      return told;
    }

    @Override
    public void defect(Defect defect, int position, String line) {
      assertThat(line.lines()).hasSize(1);
      defects.add(defect);
      lines.add(line);
    }

    @Override
    public void record(
        int position, String key, String label, byte[] keySha256, byte[] imageSha256) {
      images.put(key, HexFormat.of().formatHex(imageSha256));
    }
  }

  @Test
  void aGoodShardHasItsRecordsAndNothingWrong() throws IOException {
    Told told = Told.of(dataset);
    assertThat(told.lines).isEmpty();
    assertThat(told.images).hasSize(RECORDS);
    assertThat(told.images).containsEntry("r002", Sha256.of(SmallDatasets.record(2).image()));
  }

  @Test
  void anyByteThatChangedIsFound() throws IOException {
    byte[] good = Files.readAllBytes(shard);
    for (long seed = 0; seed < COPIES; seed++) {
      byte[] damaged = Mutations.inPlace(good, seed);
      Files.write(shard, damaged);
      boolean isGood = Arrays.equals(good, damaged);
      assertThat(Told.of(dataset).defects.contains(Defect.SHARD))
          .as("%d", seed)
          .isNotEqualTo(isGood);
    }
  }

  @Test
  void whateverBecameOfAShardOrItsIndexIsTold() throws IOException {
    for (Path file : List.of(shard, index)) {
      byte[] good = Files.readAllBytes(file);
      for (long seed = 0; seed < COPIES; seed++) {
        byte[] damaged = Mutations.bytes(good, seed);
        Files.write(file, damaged);
        boolean isGood = Arrays.equals(good, damaged);
        assertThat(Told.of(dataset).lines.isEmpty()).as("%s %d", file, seed).isEqualTo(isGood);
      }
      Files.write(file, good);
    }
  }

  @Test
  void aTruncatedShardIsOneDefectAndItsWholeRecordsAreStillRead() throws IOException {
    byte[] good = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(good, good.length / 2));
    Told told = Told.of(dataset);
    assertThat(told.defects).containsExactly(Defect.SHARD);
    assertThat(told.lines.get(0)).contains(shard.toString(), "(truncated)");
    assertThat(told.images).hasSizeBetween(1, RECORDS - 1);
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    Files.delete(index);
    assertThat(Told.of(dataset).lines).singleElement().asString().contains("train-00000.idx");
    Files.delete(shard);
    assertThat(Told.of(dataset).defects).containsExactlyInAnyOrder(Defect.INDEX, Defect.SHARD);
  }

  @Test
  void anIndexThatDoesNotFitItsShardIsFoundThoughAllChecksumsAreRight() throws IOException {
    ShardIndex right =
        ShardIndex.read(Files.readAllBytes(index), "index", RECORDS, Files.size(shard));
    long[] shifted = new long[RECORDS + 1];
    long[] fewer = new long[RECORDS];
    for (int i = 0; i <= RECORDS; i++) {
      shifted[i] = right.offset(i) + (i == 2 ? 512 : 0);
      if (i < RECORDS) {
        fewer[i] = right.offset(i);
      }
    }

    assertThat(Told.of(described(new ShardIndex(shifted))).defects).containsExactly(Defect.RECORD);
    Told told = Told.of(described(new ShardIndex(fewer)));
    assertThat(told.defects).containsExactly(Defect.INDEX);
    assertThat(told.lines.get(0)).contains("more behind the last of the 5 records");
  }

  /** The shard with another index, described as if that were right. */
  private Dataset described(ShardIndex other) throws IOException {
    Shard old = dataset.shards().get(0);
    Files.write(index, other.toBytes());
    Files.delete(folder.resolve(Dataset.DESCRIPTION));
    return Dataset.create(
        SmallDatasets.STORES,
        folder.toString(),
        "train",
        SmallDatasets.CLASSES,
        List.of(
            new Shard(
                old.name(),
                other.records(),
                old.bytes(),
                old.sha256(),
                Sha256.of(other.toBytes()))));
  }

  @Test
  void eachLabelAndImageIsLookedAt() throws IOException {
    byte[] torn = Images.truncated(Images.png(64, 64, 1), 0.3);
    Path other = folder.resolve("other");
    Shard made =
        TarShard.write(
            SmallDatasets.STORES.open(other.toString()),
            "x.tar",
            sink -> {
              sink.add(new Record("stray", Images.png(9, 9, 1), 3));
              sink.add(new Record("torn", torn, 1));
              sink.add(new Record("both", torn, -1));
              sink.add(SmallDatasets.record(4));
            });
    Told told =
        Told.of(
            Dataset.create(
                SmallDatasets.STORES,
                other.toString(),
                "train",
                SmallDatasets.CLASSES,
                List.of(made)));

    assertThat(told.lines)
        .satisfiesExactly(
            line -> assertThat(line).contains("record stray: label 3 is outside 0..2"),
            line -> assertThat(line).contains("record torn: image is damaged", "mend or remove"),
            line -> assertThat(line).contains("record both: label -1 is outside"),
            line -> assertThat(line).contains("record both: image is damaged"));
    assertThat(told.images).hasSize(4);
  }
}
