package org.googlenet.prediction;

import java.io.IOException;
import java.io.Serializable;
import org.googlenet.data.format.DataProblem;
import org.googlenet.storage.Stores;

/** A part of the data, whose records one task reads in their order. */
interface Part extends Serializable {

  /**
   * Passes on every record once, also those that cannot be read.
   *
   * @throws DataProblem if what holds them is missing
   * @throws IOException if the storage cannot be read
   */
  void read(Stores stores, Visitor visitor) throws IOException;

  /** Is told of each record. */
  interface Visitor {

    /** A record with its image, which has not been looked at. */
    void image(RecordName name, byte[] encoded);

    /**
     * A record that cannot be read.
     *
     * @param why one line
     */
    void unreadable(RecordName name, String why);
  }

  /**
   * What a record is known by.
   *
   * @param key its key, or the path of its file
   * @param label the name of its class, or its label as the data has it; null if it has none
   */
  record RecordName(String key, String label) implements Serializable {}
}
