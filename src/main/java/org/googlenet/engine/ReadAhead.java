package org.googlenet.engine;

import org.nd4j.linalg.dataset.AsyncMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Goes through an iterator as DL4J does: from its start if it is at its end, and read ahead. */
final class ReadAhead {

  /** As many batches as DL4J has read ahead for one device. */
  private static final int BATCHES = 2;

  private ReadAhead() {}

  /** What is done with a batch. */
  interface Use {

    /**
     * Uses a batch, whose arrays may be overwritten after that.
     *
     * @param milliseconds that were waited for it
     */
    void batch(MultiDataSet batch, long milliseconds);
  }

  /** Uses every batch of an iterator, which is read in a thread of its own if it allows that. */
  static void forEach(MultiDataSetIterator iterator, Use use) {
    if (!iterator.hasNext() && iterator.resetSupported()) {
      iterator.reset();
    }
    if (!iterator.asyncSupported()) {
      useAll(iterator, use);
      return;
    }
    AsyncMultiDataSetIterator ahead = new AsyncMultiDataSetIterator(iterator, BATCHES, true);
    try {
      useAll(ahead, use);
    } finally {
      ahead.shutdown();
    }
  }

  private static void useAll(MultiDataSetIterator iterator, Use use) {
    long asked = System.currentTimeMillis();
    while (iterator.hasNext()) {
      MultiDataSet batch = iterator.next();
      use.batch(batch, System.currentTimeMillis() - asked);
      asked = System.currentTimeMillis();
    }
  }
}
