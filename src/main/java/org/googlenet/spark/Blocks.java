package org.googlenet.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.shuffle.BlockFetchingListener;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.BroadcastBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.io.ChunkedByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.concurrent.Await;
import scala.concurrent.duration.Duration;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Raw blocks of bytes in the block managers of Spark's processes: kept where they were made, and
 * fetched from there over Spark's own connections, encrypted and authenticated if those are.
 *
 * <p>A block belongs to a broadcast, by its id: when that is destroyed, Spark removes the block
 * too, wherever it lies.
 */
public final class Blocks {

  private static final Logger LOG = LoggerFactory.getLogger(Blocks.class);

  private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);

  /** Bytes that one thread has asked for and not yet used. */
  private static final int IN_FLIGHT = 16 << 20;

  private static final int MOST_IN_FLIGHT = 64;

  /**
   * Java copies all of a chunk out of the heap each time a part of it is written to a socket, so
   * that a large one would be copied many times.
   */
  private static final int CHUNK = 256 << 10;

  private Blocks() {}

  /** A block and where it lies. */
  public record Block(long broadcast, String name, BlockManagerId place) implements Serializable {

    private BlockId id() {
      return new BroadcastBlockId(broadcast, name);
    }
  }

  /** A block cannot be had from where it was: its process is lost, or has lost it. */
  public static final class LostBlock extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Block block;

    private LostBlock(Block block, Throwable cause) {
      super(block.id() + " at " + block.place() + " is lost", cause);
      this.block = block;
    }

    /** Which one it is. */
    public Block block() {
      return block;
    }
  }

  /** Uses a block's bytes, which are only there during the call. */
  @FunctionalInterface
  public interface Use {

    /**
     * Uses a block.
     *
     * @param index of the block in its list
     * @throws IOException if it cannot be read; then it counts as lost
     */
    void accept(int index, InputStream bytes) throws IOException;
  }

  /** This process. */
  public static BlockManagerId here() {
    return manager().blockManagerId();
  }

  /** This process for people, as in {@code 3 at node7} or {@code driver at localhost}. */
  public static String place() {
    return here().executorId() + " at " + here().host();
  }

  /** The processes that keep blocks, without the driver, in the order of their names. */
  public static List<BlockManagerId> executors() {
    List<BlockManagerId> executors =
        new ArrayList<>(JavaConverters.mapAsJavaMap(manager().master().getMemoryStatus()).keySet());
    executors.removeIf(BlockManagerId::isDriver);
    executors.sort(
        Comparator.comparing((BlockManagerId place) -> place.executorId().length())
            .thenComparing(BlockManagerId::executorId));
    return executors;
  }

  /** The name of a process in the preferred locations of an RDD's partitions. */
  private static String location(BlockManagerId place) {
    return "executor_" + place.host() + "_" + place.executorId();
  }

  /**
   * Numbers from 0, each a partition.
   *
   * @param place where each is best used, if that is known
   */
  public static JavaRDD<Integer> numbers(
      JavaSparkContext spark, int count, IntFunction<Optional<BlockManagerId>> place) {
    List<Tuple2<Object, Seq<String>>> numbers =
        IntStream.range(0, count)
            .mapToObj(
                number ->
                    new Tuple2<>(
                        (Object) number,
                        seq(place.apply(number).map(Blocks::location).stream().toList())))
            .toList();
    return spark
        .sc()
        .makeRDD(seq(numbers), ClassTag$.MODULE$.apply(Object.class))
        .toJavaRDD()
        .map(number -> (Integer) number);
  }

  private static <T> Seq<T> seq(List<T> list) {
    return JavaConverters.asScalaBuffer(list).toSeq();
  }

  /**
   * Keeps a block in this process, until its broadcast is destroyed. One of the same name that is
   * there already stays.
   *
   * @param level where; bytes that memory has no room for go to disk with any of them
   */
  public static void put(long broadcast, String name, ByteBuffer bytes, StorageLevel level) {
    manager()
        .putBytes(
            new BroadcastBlockId(broadcast, name),
            new ChunkedByteBuffer(chunks(bytes)),
            level,
            false, // the master need not know: who fetches it knows the place
            BYTES);
  }

  private static ByteBuffer[] chunks(ByteBuffer bytes) {
    ByteBuffer[] chunks = new ByteBuffer[(bytes.remaining() + CHUNK - 1) / CHUNK];
    for (int i = 0; i < chunks.length; i++) {
      int from = i * CHUNK;
      chunks[i] = bytes.slice(bytes.position() + from, Math.min(CHUNK, bytes.remaining() - from));
    }
    return chunks;
  }

  /** Gives up a block of this process. */
  public static void remove(Block block) {
    manager().removeBlock(block.id(), false);
  }

  /** Sends a block to another process, which keeps it. */
  public static void send(Block block, ByteBuffer bytes) throws IOException {
    BlockManagerId to = block.place();
    try {
      Await.result(
          manager()
              .blockTransferService()
              .uploadBlock(
                  to.host(),
                  to.port(),
                  to.executorId(),
                  block.id(),
                  new NioManagedBuffer(bytes),
                  StorageLevel.MEMORY_AND_DISK_SER(),
                  BYTES),
          Duration.Inf());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while " + block.id() + " is sent");
    } catch (Exception e) {
      throw new IOException(block.id() + " cannot be sent to " + to, e);
    }
  }

  /** How many blocks of a size, in bytes, one thread may hold at a time. */
  public static int atOnce(int size) {
    return Math.min(MOST_IN_FLIGHT, Math.max(2, IN_FLIGHT / Math.max(1, size)));
  }

  /**
   * Fetches blocks and uses one after the other, in their order, while the next ones arrive.
   *
   * @param size of a block, about, in bytes
   * @throws LostBlock if one cannot be had from its place
   */
  public static void each(List<Block> blocks, int size, Use use) {
    try (Arrivals arrivals = new Arrivals(blocks, size)) {
      for (int index = 0; index < blocks.size(); index++) {
        try {
          use.accept(index, arrivals.next());
        } catch (IOException e) {
          throw new LostBlock(blocks.get(index), e);
        }
        arrivals.release();
      }
    }
  }

  /** Blocks that arrive in their order; the thread that takes them releases them. */
  public static final class Arrivals implements AutoCloseable {

    private final List<Block> blocks;
    private final int ahead;
    private final Deque<CompletableFuture<ManagedBuffer>> arriving = new ArrayDeque<>();
    private final List<ManagedBuffer> taken = new ArrayList<>();
    private final List<InputStream> open = new ArrayList<>();
    private int asked;
    private int next;

    /**
     * Asks for the first blocks.
     *
     * @param size of a block, about, in bytes
     */
    public Arrivals(List<Block> blocks, int size) {
      this.blocks = blocks;
      this.ahead = atOnce(size);
      ask();
    }

    private void ask() {
      for (; asked < Math.min(blocks.size(), next + ahead); asked++) {
        arriving.add(fetch(blocks.get(asked)));
      }
    }

    /**
     * The next block's bytes, which are there until {@link #release}.
     *
     * @throws LostBlock if it cannot be had from its place
     */
    public InputStream next() {
      Block block = blocks.get(next++);
      ask();
      ManagedBuffer bytes = arrived(block, arriving.remove());
      taken.add(bytes);
      try {
        InputStream in = bytes.createInputStream();
        open.add(in);
        return in;
      } catch (IOException e) {
        throw new LostBlock(block, e);
      }
    }

    /** Frees the blocks that were taken so far. */
    public void release() {
      open.forEach(Arrivals::close);
      open.clear();
      taken.forEach(ManagedBuffer::release);
      taken.clear();
    }

    private static void close(InputStream in) {
      try {
        in.close();
      } catch (IOException e) {
        LOG.debug("a block that was read cannot be closed", e);
      }
    }

    @Override
    public void close() {
      release();
      arriving.forEach(Blocks::giveUp);
    }
  }

  /** Frees what arrives when nobody waits for it any more; that it does not arrive is no matter. */
  @SuppressWarnings("FutureReturnValueIgnored")
  private static void giveUp(CompletableFuture<ManagedBuffer> late) {
    late.thenAccept(
        bytes -> {
          if (bytes != null) {
            bytes.release();
          }
        });
  }

  private static ManagedBuffer arrived(Block block, CompletableFuture<ManagedBuffer> future) {
    try {
      ManagedBuffer bytes = future.get();
      return bytes == null ? local(block) : bytes;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp(future);
      throw new CancellationException("interrupted while " + block.id() + " is fetched");
    } catch (ExecutionException e) {
      throw new LostBlock(block, e.getCause());
    }
  }

  /** A block of this process; the thread that takes it must release it. */
  private static ManagedBuffer local(Block block) {
    try {
      return manager().getLocalBlockData(block.id());
    } catch (Exception e) { // one of Scala's that Java does not know of, if the block is gone
      throw new LostBlock(block, e);
    }
  }

  /** Asks another process for a block; null stands for one of this process. */
  private static CompletableFuture<ManagedBuffer> fetch(Block block) {
    BlockManagerId place = block.place();
    if (place.equals(here())) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<ManagedBuffer> arriving = new CompletableFuture<>();
    manager()
        .blockTransferService()
        .fetchBlocks(
            place.host(),
            place.port(),
            place.executorId(),
            new String[] {block.id().name()},
            new BlockFetchingListener() {
              @Override
              public void onBlockFetchSuccess(String id, ManagedBuffer bytes) {
                bytes.retain();
                arriving.complete(bytes);
              }

              @Override
              public void onBlockFetchFailure(String id, Throwable failure) {
                arriving.completeExceptionally(failure);
              }
            },
            null);
    return arriving;
  }

  private static BlockManager manager() {
    SparkEnv environment = SparkEnv.get();
    if (environment == null) {
      throw new IllegalStateException("there is no block manager in a stopped SparkContext");
    }
    return environment.blockManager();
  }
}
