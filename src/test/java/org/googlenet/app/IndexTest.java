package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.format.ForeignShards;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.StoredRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code googlenet index} on the command line. */
@Timeout(300)
class IndexTest {

  @TempDir private Path folder;

  private void shard(String name, List<Record> records) throws IOException {
    List<StoredRecord> stored = new ArrayList<>();
    for (Record record : records) {
      stored.add(new StoredRecord(record.key(), record.image(), "" + record.label()));
    }
    Path file = folder.resolve("data").resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, ForeignShards.webDataset(stored));
  }

  @Test
  void aDataSetIsMadeOfShardsWhereTheyLie() throws IOException {
    List<Record> records = SampleRecords.train(6);
    shard("train-00.tar", records.subList(0, 4));
    shard("train-01.tar", records.subList(4, 6));
    Path set = folder.resolve("set");
    Result made =
        CommandLineFixture.runHere(
                "index", folder + "/data/train-{00..01}.tar", "--output", set)
            .succeeded();
    assertThat(made.out())
        .startsWith(set + ": 6 records of ")
        .contains(" classes in 2 shards of format webdataset in " + folder + "/data, ");
    assertThat(made.err()).contains("passed over: 6 entries .caption, such as ");
    CommandLineFixture.runHere("validate", set).succeeded();
    CommandLineFixture.runHere("index", folder + "/data", "--output", set)
        .refused(3, "a data set is here already");
  }

  @Test
  void whatIsBadIsListedAndEndsWithThree() throws IOException {
    List<Record> records = new ArrayList<>(SampleRecords.train(5));
    records.set(2, new Record(records.get(2).key(), new byte[] {1, 2, 3}, 0));
    shard("train-00.tar", records);
    Object[] command = {"index", folder.resolve("data"), "--output", folder.resolve("set")};
    Result refused = CommandLineFixture.runHere(command);
    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err().lines())
        .contains("bad: image, 1")
        .anyMatch(line -> line.startsWith("googlenet: 1 of 5 records cannot be used; "));
    assertThat(folder.resolve("set/dataset.json")).doesNotExist();
    List<Object> forgiving = new ArrayList<>(List.of(command));
    forgiving.add("--skip-bad=30%");
    assertThat(CommandLineFixture.runHere(forgiving.toArray()).succeeded().out())
        .contains(": 4 records of ", "; 1 indexed before");
  }

  @Test
  void whatItCannotDoIsSaid() throws IOException {
    shard("train-00.tar", SampleRecords.train(2));
    Path data = folder.resolve("data");
    CommandLineFixture.runHere("index", data + "/no-{0..2}.tar", "--output", folder + "/set")
        .refused(3, "no-0.tar: there is no such file or folder, and so with 2 more");
    CommandLineFixture.runHere("index", data, "--output", folder + "/set", "--format", "tar")
        .refused(2, "--format: 'tar' is what 'googlenet prepare' writes");
    CommandLineFixture.runHere("index", data, "--output", folder + "/set", "--format", "lmdb")
        .refused(2, "--format: shard format 'lmdb' is not known", "tfrecord", "webdataset");
    CommandLineFixture.runHere("index", data, "--output", folder + "/set", "--label-base", "7")
        .refused(2, "label base 7");
  }
}
