package org.googlenet.data.format.parquet;

import org.apache.parquet.format.Type;

/**
 * A column of values: a leaf of the schema.
 *
 * @param number its position among the leaves, and so among a row group's column chunks
 * @param path its name, with dots between the names of the groups that it lies in
 * @param type how its values are written
 * @param isText whether its bytes are meant as text
 * @param definition the definition level of a value that is not null
 * @param isRepeated whether a row may have several values
 */
record ParquetColumn(
    int number, String path, Type type, boolean isText, int definition, boolean isRepeated) {

  /** Whether each row has a text or bytes, or null. */
  boolean isBinary() {
    return type == Type.BYTE_ARRAY && !isRepeated;
  }

  /** Whether each row has an integer, or null. */
  boolean isInteger() {
    return (type == Type.INT32 || type == Type.INT64) && !isRepeated;
  }

  /** The bits of a definition level. */
  int definitionBits() {
    return Integer.SIZE - Integer.numberOfLeadingZeros(definition);
  }
}
