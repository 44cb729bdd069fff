package org.googlenet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardSource;
import org.googlenet.storage.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParallelFetchTest {

  private static final int OFFSET = 12_345;
  private static final int PIECES = 2 * ParallelFetch.AHEAD / ParallelFetch.PIECE;

  private static final int LIMIT = 2 * ParallelFetch.AHEAD;

  private final byte[] shard = new byte[OFFSET + PIECES * ParallelFetch.PIECE + 678];
  private final ParallelFetch fetch = new ParallelFetch("a test", LIMIT);

  ParallelFetchTest() {
    new Random(1).nextBytes(shard);
  }

  @AfterEach
  void close() {
    fetch.close();
  }

  private ShardSource source(ShardSource.Bytes bytes) {
    return new ShardSource(new MemoryStore(), new Shard("x.tar", 1, shard.length, "", ""), bytes);
  }

  private InputStream bytes(long offset, long length) {
    int to = (int) Math.min(shard.length, offset + length);
    return new ByteArrayInputStream(shard, (int) offset, Math.max(0, to - (int) offset));
  }

  private byte[] rest() {
    return Arrays.copyOfRange(shard, OFFSET, shard.length);
  }

  @Test
  void theBytesAreThoseOfTheShardHoweverTheyAreRead() throws IOException {
    ShardSource source = source(this::bytes);
    int length = shard.length - OFFSET;
    try (InputStream in = fetch.open(source, OFFSET, length)) {
      assertThat(in.readAllBytes()).isEqualTo(rest());
      assertThat(in.read()).isEqualTo(-1);
    }
    try (InputStream in = fetch.open(source, OFFSET, length)) {
      byte[] read = new byte[length];
      int at = 0;
      for (int count = 1; at < length; count = count % 300_000 * 3 + 1) {
        byte[] some = in.readNBytes(Math.min(count, length - at));
        System.arraycopy(some, 0, read, at, some.length);
        at += some.length;
      }
      assertThat(read).isEqualTo(rest());
      assertThat(in.readNBytes(5)).isEmpty();
    }
  }

  @Test
  void noMoreIsAskedForThanTheShardHas() throws IOException {
    try (InputStream in = fetch.open(source(this::bytes), OFFSET, Long.MAX_VALUE)) {
      assertThat(in.readAllBytes()).isEqualTo(rest());
    }
    try (InputStream in = fetch.open(source(this::bytes), shard.length + 1, 10)) {
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void piecesAreFetchedAtTheSameTime() throws IOException {
    CountDownLatch all = new CountDownLatch(ParallelFetch.AHEAD / ParallelFetch.PIECE);
    ShardSource source =
        source(
            (offset, length) -> {
              all.countDown();
              await(all);
              return bytes(offset, length);
            });
    try (InputStream in = fetch.open(source, 0, ParallelFetch.AHEAD)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOf(shard, ParallelFetch.AHEAD));
    }
  }

  @Test
  void noMoreIsHeldThanIsAllowed() throws Exception {
    AtomicLong asked = new AtomicLong();
    ShardSource source =
        source(
            (offset, length) -> {
              asked.addAndGet(length);
              return bytes(offset, length);
            });
    try (InputStream in = fetch.open(source, 0, shard.length)) {
      Readers.await(() -> asked.get() == ParallelFetch.AHEAD);
      for (int piece = 1; piece <= PIECES / 2; piece++) {
        assertThat(in.readNBytes(ParallelFetch.PIECE)).hasSize(ParallelFetch.PIECE);
        long most = ParallelFetch.AHEAD + (long) piece * ParallelFetch.PIECE;
        Readers.await(() -> asked.get() == most);
      }
    }
  }

  @Test
  void streamsThatAreNotReadFromShareALimit() throws Exception {
    AtomicLong asked = new AtomicLong();
    ShardSource source =
        source(
            (offset, length) -> {
              asked.addAndGet(length);
              return bytes(offset, length);
            });
    List<InputStream> streams = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      streams.add(fetch.open(source, 0, shard.length));
    }
    Readers.await(() -> asked.get() == LIMIT);
    assertThat(streams.get(4).readAllBytes()).as("that got nothing at first").isEqualTo(shard);
    assertThat(asked.get()).isEqualTo(LIMIT + shard.length);
    streams.add(fetch.open(source, 0, shard.length));
    streams.get(0).close();
    streams.get(1).close();
    streams.add(fetch.open(source, 0, shard.length));
    Readers.await(() -> asked.get() == LIMIT + shard.length + ParallelFetch.AHEAD);
    for (InputStream each : streams) {
      each.close();
    }
  }

  @Test
  void aShardThatIsShorterThanItsDescriptionEndsEarly() throws IOException {
    int there = OFFSET + ParallelFetch.PIECE + 100;
    ShardSource source =
        source((offset, length) -> bytes(offset, Math.max(0, Math.min(length, there - offset))));
    try (InputStream in = fetch.open(source, OFFSET, shard.length - OFFSET)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(shard, OFFSET, there));
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void aPieceThatFailsFailsTheReadThatComesToIt() throws IOException {
    ShardSource source =
        source(
            (offset, length) -> {
              if (offset > 0) {
                throw new IOException("no more");
              }
              return bytes(offset, length);
            });
    try (InputStream in = fetch.open(source, 0, shard.length)) {
      assertThat(in.readNBytes(ParallelFetch.PIECE))
          .isEqualTo(Arrays.copyOf(shard, ParallelFetch.PIECE));
      assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessage("no more");
    }
  }

  @Test
  void aShardThatIsMissingIsADataProblem() {
    ShardSource source =
        source(
            (offset, length) -> {
              throw new FileNotFoundException("x");
            });
    InputStream in = fetch.open(source, 0, 10);
    assertThatThrownBy(in::read)
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("x.tar: is missing");
  }

  @Test
  void whatIsUnderWayIsStoppedByClosing() throws Exception {
    AtomicInteger stopped = new AtomicInteger();
    AtomicInteger begun = new AtomicInteger();
    ShardSource source =
        source(
            (offset, length) -> {
              begun.incrementAndGet();
              try {
                await(new CountDownLatch(1));
              } catch (IOException e) {
                stopped.incrementAndGet();
                throw e;
              }
              return bytes(offset, length);
            });
    int pieces = ParallelFetch.AHEAD / ParallelFetch.PIECE;
    InputStream one = fetch.open(source, 0, shard.length);
    Readers.await(() -> begun.get() == pieces);
    one.close();
    Readers.await(() -> stopped.get() == pieces);
    assertThat(one.read()).isEqualTo(-1);
    InputStream other = fetch.open(source, 0, shard.length);
    Readers.await(() -> begun.get() == 2 * pieces);
    fetch.close();
    Readers.await(() -> stopped.get() == 2 * pieces);
    assertThatThrownBy(other::read).isInstanceOf(IOException.class);
  }

  @Test
  void aReaderThatIsInterruptedStopsWaiting() throws Exception {
    ShardSource source =
        source(
            (offset, length) -> {
              await(new CountDownLatch(1));
              return bytes(offset, length);
            });
    InputStream in = fetch.open(source, 0, 10);
    Thread.currentThread().interrupt();
    assertThatThrownBy(in::read).isInstanceOf(java.io.InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new IOException("nobody else came");
      }
    } catch (InterruptedException e) {
      throw new IOException("stopped", e);
    }
  }
}
