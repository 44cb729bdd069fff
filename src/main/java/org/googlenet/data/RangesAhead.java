package org.googlenet.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.googlenet.common.Daemons;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.RecordReader;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.ShardFormat;
import org.googlenet.data.format.ShardSource;
import org.googlenet.storage.ObjectStore;

/**
 * Opens ranges of records in their order. Where the store is not on this machine, the next ones are
 * opened ahead, all at the same time, and begin to fetch their bytes.
 *
 * <p>A range whose opening fails, fails when its turn comes, so what is read does not depend on
 * what is ahead.
 */
final class RangesAhead implements Closeable {

  /** The most bytes, about, that the ranges hold or have asked for that are opened ahead. */
  private static final long BYTES = 32L << 20;

  /** The most ranges that are opened ahead, where records are small. */
  private static final int RANGES = 16;

  private static final int THREADS = 8;

  private final Dataset dataset;
  private final ObjectStore store;
  private final ShardFormat format;
  private final List<Range> ranges;
  private final Deque<Future<RecordReader>> ahead = new ArrayDeque<>();
  private int begun;
  private int taken;
  private long bytesAhead;

  /** Where shards only name the images; -1 until it is known, 0 where they have them. */
  private long bytesPerImage = -1;

  /** Null where nothing is opened ahead. */
  private final ParallelFetch fetch;

  private final ExecutorService openers;
  private volatile boolean closed;

  RangesAhead(Dataset dataset, List<Range> ranges) {
    this.dataset = dataset;
    this.store = dataset.store();
    this.format = dataset.format();
    this.ranges = List.copyOf(ranges);
    boolean local = dataset.isLocal();
    String name = "ranges of " + dataset.location();
    this.fetch = local ? null : new ParallelFetch(name, BYTES);
    this.openers = local ? null : Daemons.pool(THREADS, name);
  }

  /**
   * The most heap that reading one data set's ranges takes, beside the records that are in use: of
   * the ranges ahead, and of the one that is read.
   *
   * @param bytesPerRecord see {@link Dataset#bytesPerRecord}
   */
  static long heapBytes(Dataset dataset, long bytesPerRecord) {
    if (dataset.isLocal()) {
      return 0;
    }
    int images = dataset.format().imagesFromElsewhere();
    return BYTES + (images > 0 ? images * bytesPerRecord : ParallelFetch.ONE_STREAM);
  }

  /**
   * The reader of the next range, which the caller closes.
   *
   * @throws org.googlenet.data.format.DataProblem if the shard or its index cannot be used
   */
  RecordReader next() throws IOException {
    if (fetch == null) {
      Range range = ranges.get(taken++);
      return read(dataset.source(store, range.shard()), range);
    }
    if (bytesPerImage < 0) {
      boolean isNamed = format.imagesFromElsewhere() > 0;
      bytesPerImage = isNamed ? dataset.bytesPerRecord(ranges.get(0).shard()) : 0;
    }
    begin();
    bytesAhead -= bytes(ranges.get(taken++));
    Future<RecordReader> next = ahead.remove();
    begin();
    return Daemons.outcome(next);
  }

  /** Opens as many ranges ahead as may be, and the next one in any case. */
  private void begin() {
    while (begun < ranges.size() && (ahead.isEmpty() || hasRoom(ranges.get(begun)))) {
      Range range = ranges.get(begun++);
      bytesAhead += bytes(range);
      ahead.add(openers.submit(() -> open(range)));
    }
  }

  private boolean hasRoom(Range range) {
    return ahead.size() < RANGES && bytesAhead + bytes(range) <= BYTES;
  }

  /**
   * About what a range that is opened takes in memory; what {@link ParallelFetch} fetches it limits
   * itself.
   */
  private long bytes(Range range) {
    if (bytesPerImage > 0) {
      return bytesPerImage * Math.min(format.imagesFromElsewhere(), range.records());
    }
    Shard shard = dataset.shards().get(range.shard());
    return Math.min(ParallelFetch.AHEAD, shard.bytes() / shard.records() * range.records());
  }

  private RecordReader open(Range range) throws IOException {
    ShardSource source = dataset.source(store, range.shard());
    ShardSource fetched = source.with((offset, length) -> fetch.open(source, offset, length));
    RecordReader reader = read(fetched, range);
    if (closed) {
      reader.close();
    }
    return reader;
  }

  private RecordReader read(ShardSource source, Range range) throws IOException {
    return format.index(source).read(range.from(), range.to());
  }

  /** Stops what is under way; the readers that were taken are of no more use. */
  @Override
  public void close() throws IOException {
    if (fetch == null) {
      return;
    }
    closed = true;
    openers.shutdownNow();
    fetch.close();
    for (Future<RecordReader> opened : ahead) {
      if (!opened.cancel(true)) {
        closeQuietly(opened);
      }
    }
    ahead.clear();
  }

  private static void closeQuietly(Future<RecordReader> opened) {
    try {
      Daemons.outcome(opened).close();
    } catch (IOException | RuntimeException e) {
      // Nobody comes for what could not be opened.
    }
  }
}
