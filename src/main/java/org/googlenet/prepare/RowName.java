package org.googlenet.prepare;

import java.util.HexFormat;
import org.googlenet.common.Sha256;
import org.googlenet.common.SplitMix;

/**
 * Names a row by its content, so that neither the order nor the partitions of an RDD decide
 * anything.
 *
 * @param validates whether the row is for validation, not for training
 * @param rank place among all rows: those of a data set are in the order of their ranks, which is
 *     by a hash of (seed, key), as in {@link Shuffle}
 * @param key the first 128 bits of the image's SHA-256, in hexadecimal
 * @param label the class, from 0
 */
record RowName(boolean validates, long rank, String key, int label) {

  private static final int KEY = 32;
  private static final int LONG = 16;
  private static final HexFormat HEX = HexFormat.of();

  /** The name of a row with this seed. */
  static RowName of(RowsJob.Row row, RowsJob.Options options) {
    String key = Sha256.of(row.image()).substring(0, KEY);
    boolean validates =
        row.validates() || drawn(options.seed(), key) < options.validationFraction();
    return new RowName(
        validates, SplitMix.hash(options.seed(), SplitMix.hash(key)), key, row.label());
  }

  /** From 0 to 1; equal images have equal numbers, so none is on both sides. */
  private static double drawn(long seed, String key) {
    return SplitMix.unit(SplitMix.hash(seed, SplitMix.hash(key), SplitMix.hash("validation")));
  }

  /** The name that a text of {@link #text} says. */
  static RowName of(String text) {
    int key = 1 + LONG;
    return new RowName(
        text.charAt(0) == 'v',
        HexFormat.fromHexDigitsToLong(text, 1, key),
        text.substring(key, key + KEY),
        HexFormat.fromHexDigits(text, key + KEY, text.length()));
  }

  /** All of it as a text; texts are ordered as the ranks are, as numbers without a sign. */
  String text() {
    return (validates ? "v" : "t") + HEX.toHexDigits(rank) + key + HEX.toHexDigits(label);
  }

  /** Half of its share in the sum that identifies a set of rows. */
  long hash(int half) {
    return SplitMix.hash(
        half,
        HexFormat.fromHexDigitsToLong(key, 0, LONG),
        HexFormat.fromHexDigitsToLong(key, LONG, KEY),
        label,
        validates ? 1 : 0);
  }
}
