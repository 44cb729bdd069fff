package org.googlenet.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.googlenet.common.Daemons;
import org.googlenet.data.format.Shard;
import org.googlenet.storage.ObjectStore;

/**
 * How long the objects of shards are, by one listing of each folder in which shards lie, or by name
 * if they are few.
 */
final class ShardLengths {

  /** Up to so many are looked up: their folder may have anything else in it and below it. */
  private static final int FEW = 4;

  private static final int LISTINGS_AT_ONCE = 16;

  private final ObjectStore store;
  private final Map<String, Long> listed;

  private ShardLengths(ObjectStore store, Map<String, Long> listed) {
    this.store = store;
    this.listed = listed;
  }

  /** Lists the folders of the shards, unless they are few. */
  static ShardLengths of(ObjectStore store, List<Shard> shards) throws IOException {
    Set<String> names = shards.stream().map(Shard::name).collect(Collectors.toSet());
    Map<String, Long> lengths = new HashMap<>();
    if (names.size() <= FEW) {
      return new ShardLengths(store, lengths);
    }
    for (List<ObjectStore.Entry> listing : list(store, folders(names))) {
      for (ObjectStore.Entry entry : listing) {
        if (names.contains(entry.name())) {
          lengths.put(entry.name(), entry.bytes());
        }
      }
    }
    return new ShardLengths(store, lengths);
  }

  /** The folders that have shards and lie in no other such folder; "" is the store itself. */
  private static List<String> folders(Set<String> names) {
    TreeSet<String> all = new TreeSet<>();
    names.forEach(name -> all.add(name.substring(0, name.lastIndexOf('/') + 1)));
    List<String> folders = new ArrayList<>();
    for (String folder : all) {
      if (folders.isEmpty() || !folder.startsWith(folders.get(folders.size() - 1))) {
        folders.add(folder);
      }
    }
    return folders;
  }

  private static List<List<ObjectStore.Entry>> list(ObjectStore store, List<String> folders)
      throws IOException {
    List<List<ObjectStore.Entry>> listings = new ArrayList<>();
    if (folders.size() == 1) {
      return List.of(store.list(folders.get(0)));
    }
    ExecutorService threads =
        Daemons.pool(Math.min(LISTINGS_AT_ONCE, folders.size()), "listings of " + store.location());
    try {
      List<Future<List<ObjectStore.Entry>>> begun =
          folders.stream().map(folder -> threads.submit(() -> store.list(folder))).toList();
      for (Future<List<ObjectStore.Entry>> listing : begun) {
        listings.add(Daemons.outcome(listing));
      }
      return listings;
    } finally {
      threads.shutdownNow();
    }
  }

  /** A shard's length; empty if it is missing. One that a listing lacks is looked up by name. */
  OptionalLong of(Shard shard) throws IOException {
    Long length = listed.get(shard.name());
    if (length != null) {
      return OptionalLong.of(length);
    }
    // A listing may lag behind.
    return store.length(shard.name());
  }
}
