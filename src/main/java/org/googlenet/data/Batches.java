package org.googlenet.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.googlenet.common.SplitMix;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.TarShard;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.model.Batch;
import org.googlenet.storage.StorageProblem;

/**
 * A worker's records of one round as mini-batches, read and decoded ahead by one background thread.
 *
 * <p>For training, the records are put in an order by hash of (seed, epoch, key) within a window of
 * at most {@value #WINDOW_RECORDS} encoded records; else they keep their order. The same arguments
 * give the same batches.
 */
public final class Batches implements AutoCloseable {

  private static final int WINDOW_RECORDS = 2048;
  private static final int SHORT_WINDOW_RECORDS = 4 * DataPlan.BLOCK;
  private static final long WINDOW_BYTES = 256L << 20;
  private static final int AHEAD = 2;

  /** Keep the randomness of a record's place in the order apart from that of its crop. */
  private static final long ORDER = 1;

  private static final long CROP = 2;

  private final Dataset dataset;
  private final List<Range> ranges;
  private final int batch;
  private final int side;
  private final Augmentation augmentation;
  private final boolean train;
  private final long seed;
  private final int epoch;
  private final int windowRecords;
  private final Set<Place> given = new HashSet<>();
  private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(AHEAD);
  private final Thread thread;
  private volatile boolean closed;
  private boolean ended;

  /**
   * The most Java heap that reading for a training takes at a time, in bytes: a window of encoded
   * records, and the batches that are decoded ahead, in work, and being decoded.
   *
   * @param records that are read in all
   * @param batch examples of a mini-batch
   * @param side height and width of an example, in pixels
   */
  public static long heapBytes(Dataset dataset, long records, int batch, int side) {
    long shards = dataset.shards().stream().mapToLong(Dataset.Shard::bytes).sum();
    long window = Math.min(WINDOW_RECORDS, records) * (shards / dataset.records());
    return Math.min(WINDOW_BYTES, window) + (AHEAD + 2L) * batch * 3 * side * side * Float.BYTES;
  }

  /**
   * Starts to read.
   *
   * @param ranges the worker's records, as {@link DataPlan#ranges} names them; may be empty
   * @param batch examples of each mini-batch but the last, which may have fewer
   * @param side height and width of an example, in pixels
   * @param train whether to put records in a random order and to augment at random
   * @param seed the run's seed; not used where {@code train} is false
   * @param epoch from 0; not used where {@code train} is false
   */
  public Batches(
      Dataset dataset,
      List<Range> ranges,
      int batch,
      int side,
      Augmentation augmentation,
      boolean train,
      long seed,
      int epoch) {
    this(dataset, ranges, batch, side, augmentation, train, seed, epoch, WINDOW_RECORDS);
  }

  /**
   * Batches for training that may end before the last one: the windows are short, so that {@link
   * #rest} is few ranges.
   */
  public static Batches toStopAnywhere(
      Dataset dataset,
      List<Range> ranges,
      int batch,
      int side,
      Augmentation augmentation,
      long seed,
      int epoch) {
    return new Batches(
        dataset, ranges, batch, side, augmentation, true, seed, epoch, SHORT_WINDOW_RECORDS);
  }

  private Batches(
      Dataset dataset,
      List<Range> ranges,
      int batch,
      int side,
      Augmentation augmentation,
      boolean train,
      long seed,
      int epoch,
      int windowRecords) {
    this.windowRecords = windowRecords;
    this.dataset = dataset;
    this.ranges = List.copyOf(ranges);
    this.batch = batch;
    this.side = side;
    this.augmentation = augmentation;
    this.train = train;
    this.seed = seed;
    this.epoch = epoch;
    this.thread = new Thread(this::run, "batches of " + dataset.location());
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The next batch, or null after the last; waits until it is decoded.
   *
   * @throws DataProblem if a shard, record or image cannot be used; it names them
   * @throws StorageProblem if the storage cannot be read
   * @throws CancellationException if this thread is interrupted
   */
  public Batch next() {
    if (ended) {
      return null;
    }
    Item item = take();
    ended = item.batch == null;
    if (windowRecords == SHORT_WINDOW_RECORDS) {
      given.addAll(item.places);
    }
    if (item.failure instanceof RuntimeException failure) {
      throw failure;
    }
    if (item.failure instanceof Error failure) {
      throw failure;
    }
    return item.batch;
  }

  /**
   * The records that no batch so far had, in the order of the ranges.
   *
   * @throws IllegalStateException if this was not made {@link #toStopAnywhere}
   */
  public List<Range> rest() {
    if (windowRecords != SHORT_WINDOW_RECORDS) {
      throw new IllegalStateException("batches that were not made to stop anywhere have no rest");
    }
    List<Range> rest = new ArrayList<>();
    for (Range range : ranges) {
      for (int record = range.from(); record < range.to(); record++) {
        if (!given.contains(new Place(range.shard(), record))) {
          DataPlan.append(rest, range.shard(), record, record + 1);
        }
      }
    }
    return rest;
  }

  /** Stops the background thread; further batches are not decoded. */
  @Override
  public void close() {
    ended = true;
    closed = true;
    thread.interrupt();
  }

  private Item take() {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for a batch");
    }
  }

  /** Either a batch with where its records are, or a failure, or (both null) the end. */
  private record Item(Batch batch, List<Place> places, Throwable failure) {}

  private record Place(int shard, int record) {}

  private record Located(Place place, Record record, long order) {}

  private void run() {
    try {
      put(new Item(null, List.of(), decodeAll()));
    } catch (InterruptedException e) {
      // Closed: nobody waits for more.
    }
  }

  /** Waits for a free place; ends even if whoever read before this swallowed the interruption. */
  private void put(Item item) throws InterruptedException {
    while (!queue.offer(item, 1, TimeUnit.SECONDS)) {
      if (closed) {
        throw new InterruptedException("closed");
      }
    }
  }

  /** Decodes everything; the failure that ended it early, or null. */
  @SuppressWarnings("InterruptedExceptionSwallowed")
  private Throwable decodeAll() throws InterruptedException {
    try {
      decode();
      return null;
    } catch (IOException e) {
      return StorageProblem.at(dataset.location(), e);
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private void decode() throws IOException, InterruptedException {
    Decoder decoder = new Decoder(side, augmentation, train);
    Assembly assembly = new Assembly(decoder.values());
    try (Records records = new Records()) {
      for (List<Located> window = window(records); !window.isEmpty(); window = window(records)) {
        for (Located located : window) {
          add(located, decoder, assembly);
          if (assembly.filled == batch) {
            put(assembly.finish());
          }
        }
      }
    }
    if (assembly.filled > 0) {
      put(assembly.finish());
    }
  }

  private List<Located> window(Records records) throws IOException {
    List<Located> window = new ArrayList<>();
    long bytes = 0;
    while (window.size() < (train ? windowRecords : 1) && bytes < WINDOW_BYTES) {
      Located located = records.next();
      if (located == null) {
        break;
      }
      window.add(located);
      bytes += located.record.image().length;
    }
    window.sort(
        Comparator.comparingLong(Located::order).thenComparing(located -> located.record.key()));
    return window;
  }

  private void add(Located located, Decoder decoder, Assembly assembly) {
    Record record = located.record;
    long randomness = SplitMix.hash(CROP, seed, epoch, SplitMix.hash(record.key()));
    try {
      decoder.decode(record.image(), randomness, assembly.pixels, assembly.offset());
    } catch (UnreadableImage e) {
      throw ShardCheck.unreadable(dataset.nameOf(located.place.shard), record.key(), e);
    }
    assembly.add(located);
  }

  /** The records of all ranges in their order. */
  private final class Records implements AutoCloseable {

    private final Iterator<Range> rest = ranges.iterator();
    private TarShard.Reader reader;
    private int shard;
    private int index;

    Located next() throws IOException {
      while (true) {
        Record record = reader == null ? null : reader.next();
        if (record != null) {
          return new Located(new Place(shard, index++), record, order(record));
        }
        if (!rest.hasNext()) {
          return null;
        }
        close();
        Range range = rest.next();
        shard = range.shard();
        index = range.from();
        reader = dataset.read(range);
      }
    }

    private long order(Record record) {
      return train ? SplitMix.hash(ORDER, seed, epoch, SplitMix.hash(record.key())) : 0;
    }

    @Override
    public void close() throws IOException {
      if (reader != null) {
        reader.close();
      }
    }
  }

  /** A batch being filled. */
  private final class Assembly {

    private final int values;
    private float[] pixels;
    private int[] labels;
    private List<String> keys;
    private List<Place> places;
    private int filled;

    Assembly(int values) {
      this.values = values;
      begin();
    }

    int offset() {
      return filled * values;
    }

    void add(Located located) {
      labels[filled] = located.record.label();
      keys.add(located.record.key());
      places.add(located.place);
      filled++;
    }

    Item finish() {
      boolean whole = filled == batch;
      Item full =
          new Item(
              new Batch(
                  whole ? pixels : Arrays.copyOf(pixels, filled * values),
                  whole ? labels : Arrays.copyOf(labels, filled),
                  List.copyOf(keys)),
              List.copyOf(places),
              null);
      begin();
      return full;
    }

    private void begin() {
      pixels = new float[batch * values];
      labels = new int[batch];
      keys = new ArrayList<>(batch);
      places = new ArrayList<>(batch);
      filled = 0;
    }
  }
}
