package org.googlenet.prediction;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** How rows are written: what a part's object is. */
public enum RowFormat {
  /** Apache Parquet, compressed by Snappy, as Spark writes it. */
  PARQUET {
    @Override
    RowWriter open(Path file, boolean hasFeatures) throws IOException {
      return new ParquetRows(file, hasFeatures);
    }
  },
  /** One JSON object a line, in UTF-8. */
  JSONL {
    @Override
    RowWriter open(Path file, boolean hasFeatures) throws IOException {
      return new JsonRows(file);
    }
  };

  /**
   * Opens a new file of this machine.
   *
   * @param hasFeatures whether rows may have features
   */
  abstract RowWriter open(Path file, boolean hasFeatures) throws IOException;

  /** The name of a part's object. */
  String partName(int number) {
    return String.format(Locale.ROOT, "part-%05d.%s", number, this);
  }

  /** In lower case, for people, JSON and names of files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
