package org.googlenet.data.format.list;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.storage.MemoryStore;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListShardsTest {

  private final ObjectStore output = new MemoryStore();

  @TempDir private Path folder;

  private List<ObjectStore.Entry> cut(String list) throws IOException {
    Files.writeString(folder.resolve("x.csv"), list);
    return ListShards.cut(
        new Stores(Map.of()),
        List.of(folder.resolve("x.csv").toString()),
        Fields.DEFAULT,
        output,
        "train");
  }

  private List<String> lines(String shard) throws IOException {
    byte[] bytes = output.readBytes(shard, 1 << 22);
    return ListShard.lines(new ByteArrayInputStream(bytes));
  }

  @Test
  void aShardHasNoMoreLinesThanAWorkerReadsForOneImage() throws IOException {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < 2 * ListShards.MOST + 3; i++) {
      list.append(i).append(".png,").append(i % 2).append('\n');
    }
    assertThat(cut(list.toString()))
        .extracting(ObjectStore.Entry::name)
        .containsExactly("train-00000.imagelist", "train-00001.imagelist", "train-00002.imagelist");
    assertThat(lines("train-00001.imagelist")).hasSize(ListShards.MOST);
    assertThat(lines("train-00002.imagelist")).hasSize(3);
    assertThat(lines("train-00002.imagelist").get(0))
        .isEqualTo(
            "{\"line\":16385,\"uri\":\"%s/16384.png\",\"label\":\"0\",\"key\":\"16384\"}"
                .formatted(folder));
  }

  @Test
  void namesAreFromTheRootOn() throws IOException {
    cut(
        "../a.png,0\n./b//c.png,0\n/x/../y/d.png,0\ns3a://bucket/p/../q/e.png,0\nhdfs:///f.png,0\nhdfs:/x/g.png,0\nfile:/tmp/h.png,0\n");
    assertThat(lines("train-00000.imagelist"))
        .extracting(line -> ListLine.parse(line).orElseThrow().uri())
        .containsExactly(
            folder.getParent() + "/a.png",
            folder + "/b/c.png",
            "/y/d.png",
            "s3a://bucket/q/e.png",
            "hdfs:///f.png",
            "hdfs:/x/g.png",
            "/tmp/h.png");
  }

  @Test
  void theIndexOfAnotherListIsNotKept() throws IOException {
    cut("a.png,0\n");
    output.create("train-00000.imagelist.records", ObjectStore.Body.of("GNRI?".getBytes(UTF_8)));
    cut("a.png,0\n");
    assertThat(output.readBytes("train-00000.imagelist.records", 10)).hasSize(5);
    cut("a.png,1\n");
    assertThat(output.list(""))
        .extracting(ObjectStore.Entry::name)
        .containsExactly("train-00000.imagelist");
  }

  @Test
  void whatIsNotOursIsNeverReplaced() throws IOException {
    output.create("train-00000.imagelist", ObjectStore.Body.of("{\"uri\": 1}".getBytes(UTF_8)));
    assertThatThrownBy(() -> cut("a.png,0\n"))
        .isInstanceOf(DataProblem.class)
        .hasMessage(
            "memory/train-00000.imagelist: is in the way, and not a shard of a list by 'googlenet index'; move it, or name another output");
    output.delete("train-00000.imagelist");
    output.create("train-00000.imagelist.records", ObjectStore.Body.of("songs".getBytes(UTF_8)));
    assertThatThrownBy(() -> cut("a.png,0\n"))
        .isInstanceOf(DataProblem.class)
        .hasMessageStartingWith("memory/train-00000.imagelist.records: is in the way, and not an ");
    assertThat(output.readBytes("train-00000.imagelist.records", 10)).hasSize(5);
  }

  @Test
  void aListThatIsMissingIsNamed() {
    assertThatThrownBy(
            () ->
                ListShards.cut(
                    new Stores(Map.of()),
                    List.of(folder + "/no.csv"),
                    Fields.DEFAULT,
                    output,
                    "train"))
        .isInstanceOf(DataProblem.class)
        .hasMessage("list " + folder + "/no.csv: does not exist; name the right file");
  }
}
