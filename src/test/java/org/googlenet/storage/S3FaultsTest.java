package org.googlenet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.googlenet.FaultyProxy;
import org.googlenet.S3Server;
import org.googlenet.storage.ObjectStore.Body;
import org.googlenet.storage.ObjectStore.Entry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The promises of a store hold while two of five requests to S3 go wrong. */
class S3FaultsTest {

  private static final int FAULTS = 300;
  private static final int PERCENT = 40;
  private static final int NAMES = 12;

  private final S3Server server = S3Server.shared();
  private final String location = "s3a://" + server.newBucket() + "/runs";
  private final Random random = new Random(7);

  /** What an object may hold: what the last write that returned wrote, or one that failed since. */
  private final Map<String, Set<String>> possible = new TreeMap<>();

  private int succeeded;
  private int failed;

  @Tag("slow")
  @Test
  void threeHundredFaultsShowNoPartOfAnObjectAndLoseNone() throws IOException {
    try (FaultyProxy proxy = FaultyProxy.before(server.port(), 20261125)) {
      ObjectStore store = new Stores(impatient(proxy)).open(location);
      ObjectStore direct = new Stores(server.properties()).open(location);
      store.create("first", Body.of(new byte[1]));
      possible.put("first", Set.of(content(new byte[1])));
      proxy.disturb(PERCENT);
      for (int i = 0; proxy.faults() < FAULTS; i++) {
        step(store, i);
        if (i % 50 == 0) {
          assertWhole(direct);
        }
      }
      assertWhole(direct);
      assertThat(proxy.counts().values()).allMatch(count -> count > FAULTS / 20);
      assertThat(succeeded).isGreaterThan(failed);
    }
  }

  /** Small numbers of tries and short pauses, so that calls fail, too, and soon. */
  private Map<String, String> impatient(FaultyProxy proxy) {
    Map<String, String> properties = new HashMap<>(server.properties(proxy.port()));
    properties.put("fs.s3a.attempts.maximum", "1");
    properties.put("fs.s3a.retry.limit", "1");
    properties.put("fs.s3a.retry.interval", "5ms");
    properties.put("fs.s3a.retry.throttle.limit", "1");
    properties.put("fs.s3a.retry.throttle.interval", "5ms");
    properties.put(HadoopDefaults.DEADLINE, "300ms");
    return properties;
  }

  private void step(ObjectStore store, int i) throws IOException {
    String name = "objects/" + random.nextInt(NAMES);
    try {
      switch (random.nextInt(5)) {
        case 0 -> create(store, name, bytes(i));
        case 1 -> overwrite(store, name, bytes(i));
        case 2 -> read(store, name);
        case 3 -> store.list("");
        default -> delete(store, name);
      }
      succeeded++;
    } catch (IOException e) {
      // Nothing but what becomes a line and code 7 may come out.
      assertThat(e).isNotInstanceOf(FileNotFoundException.class);
      assertThat(StorageProblem.at(location, e)).hasMessageNotContaining("\n");
      failed++;
    }
  }

  private void create(ObjectStore store, String name, byte[] bytes) throws IOException {
    Set<String> before = now(name);
    before.add(content(bytes));
    possible.put(name, before);
    try {
      store.create(name, Body.of(bytes));
      // Also when the answer was lost: nobody else writes these bytes.
      possible.put(name, new HashSet<>(Set.of(content(bytes))));
    } catch (FileAlreadyExistsException e) {
      before.remove(content(bytes));
      before.remove("absent");
      assertThat(before).as("a create was refused by nothing").isNotEmpty();
    }
  }

  private void overwrite(ObjectStore store, String name, byte[] bytes) throws IOException {
    now(name).add(content(bytes));
    store.overwrite(name, Body.of(bytes));
    possible.put(name, new HashSet<>(Set.of(content(bytes))));
  }

  private void read(ObjectStore store, String name) throws IOException {
    String found;
    try {
      found = content(store.readBytes(name, 20_000_000));
    } catch (FileNotFoundException e) {
      found = "absent";
    }
    assertThat(now(name)).contains(found);
  }

  private void delete(ObjectStore store, String name) throws IOException {
    now(name).add("absent");
    store.delete(name);
    possible.put(name, new HashSet<>(Set.of("absent")));
  }

  /** What is there, seen without faults, is what some write wrote as a whole. */
  private void assertWhole(ObjectStore direct) throws IOException {
    Set<String> listed = new HashSet<>();
    for (Entry entry : direct.list("")) {
      listed.add(entry.name());
      assertThat(now(entry.name()))
          .as(entry.name())
          .contains(content(direct.readBytes(entry.name(), 20_000_000)));
    }
    possible.forEach(
        (name, contents) -> {
          if (!contents.contains("absent")) {
            assertThat(listed).contains(name);
          }
        });
  }

  private Set<String> now(String name) {
    return possible.computeIfAbsent(name, each -> new HashSet<>(Set.of("absent")));
  }

  /** Mostly as small as a term, sometimes large enough to be uploaded in parts. */
  private byte[] bytes(int i) {
    byte[] bytes = new byte[i % 20 == 19 ? 9_000_000 : 2_000 + random.nextInt(50_000)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String content(byte[] bytes) {
    return bytes.length + ":" + Arrays.hashCode(bytes);
  }
}
