package org.googlenet.prepare;

import java.io.Serializable;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardSource;
import org.googlenet.storage.Location;
import org.googlenet.storage.Stores;

/**
 * A shard that others wrote, as the object of an {@link ImageRef}: {@code /data/./a/x.tar?10240}.
 *
 * @param root the lowest folder that holds all shards of the source
 * @param name of the shard in it
 * @param bytes the shard's length when it was listed
 */
record SourceShard(String root, String name, long bytes) implements Serializable {

  private static final String BELOW = "/./";

  /** The shard that a text of {@link #object} says. */
  static SourceShard of(String object) {
    int below = object.lastIndexOf(BELOW);
    int end = object.lastIndexOf('?');
    return new SourceShard(
        below == 0 ? "/" : object.substring(0, below),
        object.substring(below + BELOW.length(), end),
        Long.parseLong(object.substring(end + 1)));
  }

  /** All of it as a text. */
  String object() {
    return (root.endsWith("/") ? root.substring(0, root.length() - 1) : root)
        + BELOW
        + name
        + "?"
        + bytes;
  }

  /** The shard's place, for messages. */
  String place() {
    return Location.of(root).resolve(name).text();
  }

  ShardSource open(Stores stores) {
    return new ShardSource(stores.open(root), new Shard(name, 0, bytes, "", "")).with(stores);
  }
}
