package org.googlenet.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexCacheTest {

  private static final long LIMIT = 100;

  private final IndexCache cache = new IndexCache(LIMIT);
  private final List<String> read = new ArrayList<>();

  private String get(String location, String name, long size) throws IOException {
    Shard shard = new Shard(name, 1, 1, "sha of " + name, "sha of its index");
    String index = location + "/" + name;
    return cache.get(
        location,
        shard,
        String.class,
        size,
        () -> {
          read.add(index);
          return index;
        });
  }

  @Test
  void anIndexIsReadOnce() throws IOException {
    assertThat(get("a", "x", 10)).isEqualTo("a/x").isEqualTo(get("a", "x", 10));
    assertThat(read).containsExactly("a/x");
  }

  @Test
  void theSameShardOfAnotherDataSetHasAnIndexOfItsOwn() throws IOException {
    assertThat(get("a", "x", 10)).isEqualTo("a/x");
    assertThat(get("b", "x", 10)).isEqualTo("b/x");
  }

  @Test
  void theLeastRecentlyUsedMakesRoom() throws IOException {
    get("a", "x", 40);
    get("a", "y", 40);
    get("a", "x", 40);
    get("a", "z", 40);
    get("a", "x", 40);
    get("a", "y", 40);
    assertThat(read).containsExactly("a/x", "a/y", "a/z", "a/y");
  }

  @Test
  void oneThatWouldNotFitDrivesOutNoOther() throws IOException {
    get("a", "x", 40);
    get("a", "huge", LIMIT + 1);
    get("a", "x", 40);
    assertThat(read).containsExactly("a/x", "a/huge");
  }

  @Test
  void aFailureIsNotKept() throws IOException {
    Shard shard = new Shard("x", 1, 1, "sha of x", "sha of its index");
    assertThatThrownBy(
            () ->
                cache.get(
                    "a",
                    shard,
                    String.class,
                    10,
                    () -> {
                      throw new IOException("away");
                    }))
        .hasMessage("away");
    assertThat(get("a", "x", 10)).isEqualTo("a/x");
  }
}
