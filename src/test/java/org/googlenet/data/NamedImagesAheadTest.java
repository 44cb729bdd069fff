package org.googlenet.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.googlenet.FaultyProxy;
import org.googlenet.S3Server;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.ForeignShards;
import org.googlenet.data.format.Labels;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.format.list.ListFormat;
import org.googlenet.data.format.list.ListShards;
import org.googlenet.data.image.Images;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A list on this machine, whose images lie in S3. */
@Timeout(60)
class NamedImagesAheadTest {

  private static final int RECORDS = 48;
  private static final List<String> CLASSES = List.of("cat", "dog");

  @TempDir private Path folder;

  private long imageBytes;

  private Dataset make(Stores stores, String bucket) throws IOException {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < RECORDS; i++) {
      String name = String.format(Locale.ROOT, "i%03d.jpg", i);
      byte[] image = Images.jpeg(200, 150, i);
      imageBytes += image.length;
      stores.open(bucket).create(name, ObjectStore.Body.of(image));
      list.append(bucket).append('/').append(name).append(',').append(i % 2).append('\n');
    }
    ObjectStore here = stores.open(folder.toString());
    here.create("x.csv", ObjectStore.Body.of(list.toString().getBytes(UTF_8)));
    List<Shard> shards = new ArrayList<>();
    for (ObjectStore.Entry entry :
        ListShards.cut(stores, List.of(folder + "/x.csv"), Fields.DEFAULT, here, "train")) {
      Shard shard = new Shard(entry.name(), 0, entry.bytes(), "", "");
      ShardSource source = new ShardSource(here, here, shard).with(stores);
      shards.add(
          ShardIndexer.index(source, new ListFormat(), ForeignShards.BY_DEFAULT, false).shard());
    }
    return Dataset.create(
        stores, folder.toString(), new ListFormat(), "", "train", new Labels(CLASSES, 0), shards);
  }

  @Tag("slow")
  @Test
  void theNextRangesAreBegunWhileOneIsReadAndTheirImagesAreCounted() throws IOException {
    S3Server s3 = S3Server.shared();
    String bucket = "s3a://" + s3.newBucket();
    make(new Stores(s3.properties()), bucket);
    try (FaultyProxy proxy = FaultyProxy.before(s3.port(), 1)) {
      Dataset dataset = Dataset.open(new Stores(s3.properties(proxy.port())), folder.toString());
      assertThat(dataset.isLocal()).isFalse();
      proxy.delay(Duration.ofMillis(50));
      List<Range> ranges = new ArrayList<>();
      for (int from = 0; from < RECORDS; from += 12) {
        ranges.add(new Range(0, from, from + 12));
      }
      int read = 0;
      try (Records records = dataset.read(ranges, BadRecords.refused(dataset))) {
        while (records.next() != null) {
          read++;
        }
      }
      assertThat(read).isEqualTo(RECORDS);
      assertThat(proxy.mostAtOnce()).as("one range has eight at once").isGreaterThan(8);
      assertThat(Batches.heapBytes(dataset, RECORDS, 1, 1))
          .as("a window of them, and what is ahead")
          .isGreaterThan(imageBytes * 3 / 2);
      assertThat(dataset.shards().get(0).bytes()).isLessThan(imageBytes / 10);
    }
  }
}
