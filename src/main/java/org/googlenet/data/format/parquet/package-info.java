/**
 * Parquet files as shards: {@link org.googlenet.data.format.parquet.ParquetFormat} reads a column of
 * images, one page at a time, by the file's own metadata.
 *
 * <p>Metadata and delta encodings are read by Parquet's library. Pages, runs and byte arrays are
 * read here, since the library takes whatever memory a damaged file claims: nothing here takes more
 * than a page does, and no page may claim more than its bytes can unpack to.
 */
package org.googlenet.data.format.parquet;
