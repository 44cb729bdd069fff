package org.googlenet.data;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.googlenet.common.Daemons;
import org.googlenet.common.Span;
import org.googlenet.data.Windows.Located;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.UnreadableImage;

/**
 * Decodes records by several threads, the caller's among them. Each image becomes the same pixels
 * at the same place, whichever thread decodes it.
 */
final class ParallelDecode implements Closeable {

  private final EpochSeed seed;
  private final boolean tenCrops;
  private final List<Decoder> decoders = new ArrayList<>();

  /** Null if the caller's thread is the only one. */
  private final ExecutorService helpers;

  /**
   * Threads that wait for work.
   *
   * @param name of the threads
   * @param isForTraining whether augmentation is random
   */
  ParallelDecode(String name, BatchSpec spec, EpochSeed seed, boolean isForTraining) {
    this.seed = seed;
    this.tenCrops = spec.tenCrops();
    for (int i = 0; i < spec.decodeThreads(); i++) {
      decoders.add(new Decoder(spec.side(), spec.decoding(), isForTraining));
    }
    this.helpers = spec.decodeThreads() == 1 ? null : Daemons.pool(spec.decodeThreads() - 1, name);
  }

  /** The number of values per image: 3 * side * side, or ten times that. */
  int values() {
    return decoders.get(0).values() * (tenCrops ? 10 : 1);
  }

  /**
   * Decodes records to consecutive places.
   *
   * @param pixels receives [records, 3, side, side] values
   * @param offset where in {@code pixels} they begin
   * @return for each record what is wrong with its image, or null if it was decoded
   * @throws InterruptedException if this thread is interrupted while others decode
   */
  UnreadableImage[] decode(List<Located> records, float[] pixels, int offset)
      throws InterruptedException {
    UnreadableImage[] wrong = new UnreadableImage[records.size()];
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> others = new ArrayList<>();
    for (Decoder decoder : decoders.subList(1, decoders.size())) {
      others.add(helpers.submit(() -> decode(decoder, records, next, pixels, offset, wrong)));
    }
    decode(decoders.get(0), records, next, pixels, offset, wrong);
    for (Future<?> other : others) {
      await(other);
    }
    return wrong;
  }

  /** Decodes one record after the other that no other thread has begun. */
  private void decode(
      Decoder decoder,
      List<Located> records,
      AtomicInteger next,
      float[] pixels,
      int offset,
      UnreadableImage[] wrong) {
    try (Span span = Span.of("decode", records.size())) {
      decodeEach(decoder, records, next, pixels, offset, wrong);
    }
  }

  private void decodeEach(
      Decoder decoder,
      List<Located> records,
      AtomicInteger next,
      float[] pixels,
      int offset,
      UnreadableImage[] wrong) {
    for (int i = next.getAndIncrement(); i < wrong.length; i = next.getAndIncrement()) {
      Record record = records.get(i).record();
      try {
        int to = offset + i * values();
        if (tenCrops) {
          decoder.decodeTenCrops(record.image(), pixels, to);
        } else {
          decoder.decode(record.image(), seed.crop(record.key()), pixels, to);
        }
      } catch (UnreadableImage e) {
        wrong[i] = e;
      }
    }
  }

  private static void await(Future<?> other) throws InterruptedException {
    try {
      other.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw (RuntimeException) e.getCause();
    }
  }

  @Override
  public void close() {
    if (helpers != null) {
      helpers.shutdownNow();
    }
  }
}
