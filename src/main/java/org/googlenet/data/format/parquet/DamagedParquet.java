package org.googlenet.data.format.parquet;

/** Bytes are not what Parquet's format has there; the message says what, without the file. */
final class DamagedParquet extends Exception {

  private static final long serialVersionUID = 1L;

  DamagedParquet(String message) {
    super(message);
  }

  DamagedParquet(String message, Throwable cause) {
    super(message, cause);
  }
}
