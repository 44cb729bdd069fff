package org.googlenet.prediction;

import java.io.Closeable;
import java.io.IOException;

/** Writes rows to a file of this machine; the same rows give the same bytes. */
interface RowWriter extends Closeable {

  void write(PredictionRow row) throws IOException;
}
