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
 * <p>Listing and reading throw {@link DataProblem} if something is missing or damaged, and {@link
 * IOException} if the storage fails.
 */
public interface ImageSource extends Serializable {

  /** Lists all images, in any order. May run a Spark job of its own. */
  Listing list(JavaSparkContext spark, Stores stores) throws IOException;

  /** Reads some of the listed images, and passes them on in the given order. */
  void read(Stores stores, List<ImageRef> images, Visitor visitor) throws IOException;

  /** The source's name for messages: its folder or file of images. */
  String place();

  /** An image's name for messages: its file, or its place in a file. */
  String nameOf(ImageRef image);

  /**
   * What a source holds.
   *
   * @param classNames in the order of the labels
   */
  record Listing(List<String> classNames, List<ImageRef> images) {

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
     * @param encoded its bytes, meant to be JPEG or PNG, not checked yet
     */
    void image(ImageRef image, byte[] encoded) throws IOException;
  }
}
