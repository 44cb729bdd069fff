package org.googlenet.prepare;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.format.DataProblem;
import org.googlenet.storage.Stores;

/**
 * Images as the user has them, before they become a data set: the driver lists them, tasks read
 * them.
 *
 * <p>What is wrong with single images is told and not thrown, so that all of it is known after one
 * pass. Listing and reading throw {@link DataProblem} if the source as a whole is missing or
 * damaged, and {@link IOException} if the storage fails.
 */
public interface ImageSource extends Serializable {

  /** Lists all images, in any order. May run a Spark job of its own. */
  Listing list(JavaSparkContext spark, Stores stores) throws IOException;

  /** Reads some of the listed images, and passes them on in the given order. */
  void read(Stores stores, List<ImageRef> images, Visitor visitor) throws IOException;

  /**
   * Whether reading a few images of an object takes as long as reading all of it. Then each object
   * is read once, in the order of its offsets, and not once for each shard that has images of it.
   */
  default boolean readsWholeObjects() {
    return false;
  }

  /** The source's name for messages: its folder or file of images. */
  String place();

  /** An image's name for messages: its file, or its place in a file. */
  String nameOf(ImageRef image);

  /** Where the classes of a listing come from. */
  enum Classes {
    /** The user named them, or numbers them: one may have no images. */
    GIVEN,
    /** They are what the source has: one without images has lost them. */
    FOUND
  }

  /**
   * What a source holds.
   *
   * @param classNames in the order of the labels
   * @param omissions what is wrong with the source, or lies there beside images
   */
  record Listing(
      List<String> classNames, Classes classes, List<ImageRef> images, Omissions omissions) {

    public Listing {
      classNames = List.copyOf(classNames);
    }
  }

  /** Receives images, one after the other. */
  @FunctionalInterface
  interface Visitor {

    /**
     * Called for one image.
     *
     * @param encoded its bytes, meant to be an image, not checked yet
     */
    void image(ImageRef image, byte[] encoded) throws IOException;

    /**
     * Called in place of {@link #image} for one that was listed and cannot be read.
     *
     * @param why a message with a remedy
     */
    default void gone(ImageRef image, DataProblem why) throws IOException {
      throw why;
    }
  }
}
