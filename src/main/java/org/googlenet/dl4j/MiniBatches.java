package org.googlenet.dl4j;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The elements of an RDD on their way to a local step.
 *
 * <p>They travel in DL4J's format: bytes do not need a serialiser that knows ND4J's arrays, and are
 * sorted and shuffled as one piece.
 */
final class MiniBatches {

  private MiniBatches() {}

  /** Data sets as bytes. */
  static JavaRDD<byte[]> ofDataSets(JavaRDD<DataSet> elements) {
    return elements.map(element -> bytes(there(element).toMultiDataSet()));
  }

  /** Multi data sets as bytes. */
  static JavaRDD<byte[]> ofMultiDataSets(JavaRDD<MultiDataSet> elements) {
    return elements.map(element -> bytes(there(element)));
  }

  /** An RDD of our own with the same paths. */
  static JavaRDD<String> ofPaths(JavaRDD<String> elements) {
    return elements.map(MiniBatches::there);
  }

  private static <T> T there(T element) {
    if (element == null) {
      throw refused("that is null; leave such elements out, as by rdd.filter(Objects::nonNull)");
    }
    return element;
  }

  private static IllegalArgumentException refused(String why) {
    return new IllegalArgumentException(
        "partition " + TaskContext.getPartitionId() + " of the RDD has an element " + why);
  }

  private static byte[] bytes(MultiDataSet element) throws IOException {
    examples(element);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    element.save(out);
    return out.toByteArray();
  }

  /** What the bytes say. */
  static MultiDataSet read(byte[] bytes) throws IOException {
    MultiDataSet element = new org.nd4j.linalg.dataset.MultiDataSet();
    element.load(new ByteArrayInputStream(bytes));
    return element;
  }

  /**
   * The number of an element's examples.
   *
   * @throws IllegalArgumentException if it has none
   */
  static long examples(MultiDataSet element) {
    INDArray features = element.numFeatureArrays() == 0 ? null : element.getFeatures(0);
    if (features == null || features.isEmpty()) {
      throw refused("without examples; leave such elements out");
    }
    return features.size(0);
  }

  /**
   * The mini-batches of a worker.
   *
   * @param size examples of each but the last, or {@link MasterSettings#AUTO}: each element is one
   */
  static Iterator<MultiDataSet> of(Iterator<MultiDataSet> elements, int size) {
    return size == MasterSettings.AUTO
        ? elements
        : new IteratorMultiDataSetIterator(elements, size);
  }
}
