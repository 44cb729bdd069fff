package org.googlenet.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.googlenet.common.Span;
import org.googlenet.data.BadRecords.Noted;
import org.googlenet.data.Records.Place;
import org.googlenet.data.Windows.Located;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.ShardSource;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.model.Batch;
import org.googlenet.storage.StorageProblem;

/**
 * Some records of a data set as mini-batches, read and decoded ahead in the background.
 *
 * <p>The same arguments give the same batches. A record that cannot be used is passed over if the
 * {@link BatchSpec} says so: the batch is filled up with the next one that can, and {@link
 * #passedOver} names it. Once these batches alone have more such records than are tolerated of the
 * whole data set, the window in which that was found is the last one.
 */
public final class Batches implements AutoCloseable {

  private static final int WINDOW_RECORDS = 2048;
  private static final int SHORT_WINDOW_RECORDS = 4 * DataPlan.BLOCK;
  private static final int AHEAD = 2;

  /** The most bytes of a parsed index per record, about. */
  private static final long INDEX_ENTRY = 128;

  private final Dataset dataset;
  private final List<Range> ranges;
  private final BatchSpec spec;
  private final Order order;
  private final Set<Place> given = new HashSet<>();
  private final List<BadRecord> passedOver = new ArrayList<>();
  private final long tolerated;
  private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(AHEAD);
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean failed;
  private boolean ended;
  private long waitedNanos;
  private boolean decoded;
  private Runnable whenDecoded = () -> {};

  /**
   * The most Java heap that reading for a training takes at any time, in bytes per worker that
   * trains: a window of encoded records, what is fetched ahead of it from a store elsewhere, the
   * shards' indexes, the batches of a round that are decoded ahead and in use, and those of the
   * next round ({@link BatchesAhead}) that are decoded ahead and being decoded.
   *
   * @param records that are read in total
   * @param batch examples per mini-batch
   * @param side height and width of an example, in pixels
   * @throws StorageProblem if the storage cannot be read
   */
  public static long heapBytes(Dataset dataset, long records, int batch, int side) {
    long bytesPerRecord = dataset.bytesPerRecord(dataset.all().get(0).shard());
    long window = Math.min(WINDOW_RECORDS, records) * bytesPerRecord;
    long all = dataset.records() * bytesPerRecord;
    long ahead = Math.min(RangesAhead.heapBytes(dataset, bytesPerRecord), all);
    long indexes = Math.min(ShardSource.INDEX_BYTES, INDEX_ENTRY * dataset.records());
    long batches = 2 * (AHEAD + 1L);
    return Math.min(Windows.BYTES, window)
        + ahead
        + indexes
        + batches * batch * 3 * side * side * Float.BYTES;
  }

  /**
   * The order of the records, and what is random about them.
   *
   * @param window the most records of a window
   * @param isForTraining whether order and augmentation are random
   * @param hasRest whether to keep track of the records that have not been given
   */
  private record Order(int window, EpochSeed seed, boolean isForTraining, boolean hasRest) {}

  /**
   * Starts to read for an evaluation: in the order of the ranges, with nothing random.
   *
   * @param ranges the records; may be empty
   */
  public static Batches inOrder(Dataset dataset, List<Range> ranges, BatchSpec spec) {
    int window = spec.decodeThreads() == 1 ? 1 : spec.examples();
    return new Batches(dataset, ranges, spec, new Order(window, new EpochSeed(0, 0), false, false));
  }

  /**
   * Starts to read for a training: records are shuffled by hash within a window of at most {@value
   * #WINDOW_RECORDS} encoded records, and augmented at random.
   *
   * @param ranges the worker's records, as {@link DataPlan#ranges} names them; may be empty
   */
  public static Batches shuffled(
      Dataset dataset, List<Range> ranges, BatchSpec spec, EpochSeed seed) {
    return new Batches(dataset, ranges, spec, new Order(WINDOW_RECORDS, seed, true, false));
  }

  /**
   * The same for a training that may end before the last batch: the windows are short, so that
   * {@link #rest} is only a few ranges.
   */
  public static Batches shuffledToStopAnywhere(
      Dataset dataset, List<Range> ranges, BatchSpec spec, EpochSeed seed) {
    return new Batches(dataset, ranges, spec, new Order(SHORT_WINDOW_RECORDS, seed, true, true));
  }

  private Batches(Dataset dataset, List<Range> ranges, BatchSpec spec, Order order) {
    this.dataset = dataset;
    this.ranges = List.copyOf(ranges);
    this.spec = spec;
    this.order = order;
    this.tolerated = spec.tolerance().of(dataset.records());
    this.thread = new Thread(this::run, "batches of " + dataset.location());
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The next batch, or null after the last; waits until it is decoded.
   *
   * @throws DataProblem if a shard cannot be read, or a record or image that cannot be used is not
   *     passed over; it names them
   * @throws StorageProblem if the storage cannot be read
   * @throws CancellationException if this thread is interrupted
   */
  public Batch next() {
    if (ended) {
      return null;
    }
    Item item = take();
    ended = item.batch == null;
    item.bad.forEach(noted -> passedOver.add(noted.record()));
    if (order.hasRest) {
      given.addAll(item.places);
      item.bad.forEach(noted -> given.add(noted.place()));
    }
    if (item.failure instanceof RuntimeException failure) {
      throw failure;
    }
    if (item.failure instanceof Error failure) {
      throw failure;
    }
    return item.batch;
  }

  /** The records that were passed over for the batches so far, or, after the last, for all. */
  public List<BadRecord> passedOver() {
    return List.copyOf(passedOver);
  }

  /**
   * Whether the reading ended before the last record because too many cannot be used. It is known
   * after the last batch.
   */
  public boolean gaveUp() {
    return passedOver.size() > tolerated;
  }

  /**
   * The records that were neither in a batch so far nor passed over, in the order of the ranges.
   *
   * @throws IllegalStateException if this was not made {@link #shuffledToStopAnywhere}
   */
  public List<Range> rest() {
    if (!order.hasRest) {
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

  /**
   * Has an action run once all batches are decoded, in the background thread, or at once if they
   * are. It is not run if there was a failure or {@link #close} came first.
   */
  void whenDecoded(Runnable action) {
    synchronized (queue) {
      if (!decoded) {
        whenDecoded = action;
        return;
      }
    }
    action.run();
  }

  private void setDecoded() {
    Runnable action;
    synchronized (queue) {
      decoded = true;
      action = whenDecoded;
    }
    action.run();
  }

  /** Whether there was a failure, which {@link #next} will throw in its turn. */
  boolean hasFailed() {
    return failed;
  }

  /** Stops the background thread; further batches are not decoded. */
  @Override
  public void close() {
    ended = true;
    closed = true;
    thread.interrupt();
  }

  private Item take() {
    long start = System.nanoTime();
    try {
      return queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for a batch");
    } finally {
      waitedNanos += System.nanoTime() - start;
    }
  }

  /** How long {@link #next} has waited so far for batches that were not decoded yet. */
  public double waitedSeconds() {
    return waitedNanos / 1e9;
  }

  /**
   * Either a batch with the places of its records, or a failure, or (if both are null) the end.
   *
   * @param bad the records that were passed over since the item before
   */
  private record Item(Batch batch, List<Place> places, List<Noted> bad, Throwable failure) {}

  private void run() {
    BadRecords bad = BadRecords.upTo(dataset, spec.tolerance());
    try {
      Throwable failure = decodeAll(bad);
      failed = failure != null;
      put(new Item(null, List.of(), bad.take(), failure));
    } catch (InterruptedException e) {
      // Closed: nobody waits for another batch.
    }
  }

  /** Waits for a free place; stops even if code called before this has swallowed the interrupt. */
  private void put(Item item) throws InterruptedException {
    while (!queue.offer(item, 1, TimeUnit.SECONDS)) {
      if (closed) {
        throw new InterruptedException("closed");
      }
    }
  }

  /** Decodes everything; returns the failure that ended it early, or null. */
  @SuppressWarnings("InterruptedExceptionSwallowed")
  private Throwable decodeAll(BadRecords bad) throws InterruptedException {
    try {
      decode(bad);
    } catch (IOException e) {
      return StorageProblem.at(dataset.location(), e);
    } catch (RuntimeException | Error e) {
      return e;
    }
    try {
      setDecoded();
    } catch (RuntimeException e) {
      // What comes next cannot begin early; this is complete.
    }
    return null;
  }

  private void decode(BadRecords bad) throws IOException, InterruptedException {
    String name = "decoding of " + dataset.location();
    try (ParallelDecode decoding = new ParallelDecode(name, spec, order.seed, order.isForTraining);
        Windows windows = windows(dataset.read(ranges, bad))) {
      Assembly assembly = new Assembly(decoding, bad);
      while (decode(read(windows), assembly)) {
        // No window is held while the next one is read.
      }
      if (assembly.filled > 0) {
        put(assembly.finish());
      }
    }
  }

  private static List<Located> read(Windows windows) throws IOException {
    try (Span span = Span.of("read")) {
      return windows.next();
    }
  }

  private Windows windows(Records records) {
    return order.isForTraining
        ? Windows.shuffled(records, order.window, order.seed)
        : Windows.inOrder(records, order.window);
  }

  /**
   * Decodes a window, each time as many records as the batch lacks; returns false if it is empty.
   */
  private boolean decode(List<Located> window, Assembly assembly) throws InterruptedException {
    int next = 0;
    while (next < window.size()) {
      int to = Math.min(window.size(), next + spec.examples() - assembly.filled);
      assembly.add(window.subList(next, to));
      next = to;
      if (assembly.filled == spec.examples()) {
        put(assembly.finish());
      }
    }
    return !window.isEmpty();
  }

  /** A batch that is being filled. */
  private final class Assembly {

    private final ParallelDecode decoding;
    private final BadRecords bad;
    private float[] pixels = {};
    private int[] labels;
    private List<String> keys;
    private List<Place> places;
    private int filled;

    Assembly(ParallelDecode decoding, BadRecords bad) {
      this.decoding = decoding;
      this.bad = bad;
    }

    /** Decodes records, and closes the gaps of those whose images cannot be used. */
    void add(List<Located> records) throws InterruptedException {
      if (pixels.length == 0) {
        begin();
      }
      int values = decoding.values();
      int first = filled;
      UnreadableImage[] wrong = decoding.decode(records, pixels, first * values);
      for (int i = 0; i < wrong.length; i++) {
        if (wrong[i] != null) {
          refuse(records.get(i), wrong[i]);
          continue;
        }
        if (filled < first + i) {
          System.arraycopy(pixels, (first + i) * values, pixels, filled * values, values);
        }
        add(records.get(i));
      }
    }

    private void refuse(Located located, UnreadableImage why) {
      Place place = located.place();
      String key = located.record().key();
      bad.add(
          place, key, Defect.IMAGE, ShardCheck.unreadable(dataset.nameOf(place.shard()), key, why));
    }

    private void add(Located located) {
      labels[filled] = located.record().label();
      keys.add(located.record().key());
      places.add(located.place());
      filled++;
    }

    Item finish() {
      boolean whole = filled == spec.examples();
      Item full =
          new Item(
              new Batch(
                  whole ? pixels : Arrays.copyOf(pixels, filled * decoding.values()),
                  whole ? labels : Arrays.copyOf(labels, filled),
                  List.copyOf(keys)),
              List.copyOf(places),
              bad.take(),
              null);
      pixels = new float[0];
      filled = 0;
      return full;
    }

    private void begin() {
      pixels = new float[spec.examples() * decoding.values()];
      labels = new int[spec.examples()];
      keys = new ArrayList<>(spec.examples());
      places = new ArrayList<>(spec.examples());
    }
  }
}
