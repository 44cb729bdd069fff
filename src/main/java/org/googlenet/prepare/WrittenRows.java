package org.googlenet.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.TarShard;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import scala.Tuple2;

/**
 * A shard of rows that has been written, by a Spark task, with what identifies its rows.
 *
 * @param found the rows that are in it
 */
record WrittenRows(Shard shard, RowsFound found) implements Serializable {

  /**
   * Writes a shard.
   *
   * @param items texts of {@link RowName}s, in order, with their images
   * @return one element
   */
  static Iterator<WrittenRows> write(
      Stores stores, String location, String shard, Iterator<Tuple2<String, byte[]>> items) {
    RowsFound found = new RowsFound();
    List<RowName> names = new ArrayList<>();
    try {
      // A store that tries a write again asks for all records again.
      Spool spool = Spool.ofTask();
      while (items.hasNext()) {
        Tuple2<String, byte[]> item = items.next();
        RowName name = RowName.of(item._1());
        found.add(name, item._2().length);
        names.add(name);
        spool.add(new Spool.Item(false, item._2()));
      }
      Shard written =
          TarShard.write(stores.open(location), shard, sink -> records(names, spool.items(), sink));
      return Stream.of(new WrittenRows(written, found)).iterator();
    } catch (IOException e) {
      throw StorageProblem.at(location + "/" + shard, e);
    }
  }

  /** Rows of equal images follow one another; they are numbered, since a key is only once there. */
  private static void records(List<RowName> names, Iterator<Spool.Item> images, TarShard.Sink sink)
      throws IOException {
    String last = "";
    int equal = 0;
    for (RowName name : names) {
      equal = name.key().equals(last) ? equal + 1 : 1;
      last = name.key();
      String key = equal == 1 ? name.key() : String.format(Locale.ROOT, "%s-%d", name.key(), equal);
      sink.add(new Record(key, images.next().content(), name.label()));
    }
  }
}
