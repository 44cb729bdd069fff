package org.googlenet.prepare;

import java.io.Serializable;
import java.util.Iterator;
import java.util.Locale;
import java.util.TreeSet;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.prepare.RowsJob.Options;
import org.googlenet.prepare.RowsJob.Row;

/**
 * What a pass over rows has found: how many there are for training and for validation, their bytes,
 * a sum that identifies all of them, and the bad ones. The order in which parts are added does not
 * change the result, so tasks can gather them.
 */
final class RowsFound implements Serializable {

  private static final long serialVersionUID = 1L;

  private final long[] records = new long[2];
  private final long[] bytes = new long[2];
  private final long[] sum = new long[2];
  private final TreeSet<String> bad = new TreeSet<>();
  private final Omissions omissions = new Omissions();

  /** Looks at rows, and decodes each image once to see whether it can be. */
  static RowsFound in(Iterator<Row> rows, Options options) {
    RowsFound found = new RowsFound();
    while (rows.hasNext()) {
      found.look(rows.next(), options);
    }
    return found;
  }

  private void look(Row row, Options options) {
    if (row.unreadable() != null) {
      omissions.add(Omission.IMAGE, line(row, row.unreadable()));
      return;
    }
    RowName name = RowName.of(row, options);
    if (row.image().length > PrepareJob.MAX_IMAGE) {
      leaveOut(row, name, Omission.SIZE, "has more than " + PrepareJob.MAX_IMAGE + " bytes");
      return;
    }
    try {
      Decoder.check(row.image());
      add(name, row.image().length);
    } catch (UnreadableImage e) {
      leaveOut(row, name, Omission.IMAGE, e.getMessage());
    }
  }

  private void leaveOut(Row row, RowName name, Omission why, String words) {
    bad.add(name.key());
    omissions.add(why, line(row, words));
  }

  private static String line(Row row, String words) {
    return "%s: image %s; mend it, or leave it out".formatted(row.name(), words);
  }

  /** Adds a good row. */
  void add(RowName name, int length) {
    int side = side(name.validates());
    records[side]++;
    bytes[side] += length;
    sum[0] += name.hash(0);
    sum[1] += name.hash(1);
  }

  /** Adds what was found elsewhere. */
  RowsFound add(RowsFound others) {
    for (int i = 0; i < 2; i++) {
      records[i] += others.records[i];
      bytes[i] += others.bytes[i];
      sum[i] += others.sum[i];
    }
    bad.addAll(others.bad);
    omissions.add(others.omissions);
    return this;
  }

  private static int side(boolean validates) {
    return validates ? 1 : 0;
  }

  /** The number of good rows of one side. */
  long records(boolean validates) {
    return records[side(validates)];
  }

  /** The bytes of the good images of one side. */
  long bytes(boolean validates) {
    return bytes[side(validates)];
  }

  /** Whether an image of this key is bad. */
  boolean isBad(String key) {
    return bad.contains(key);
  }

  /** What is bad. */
  Omissions omissions() {
    return omissions;
  }

  /** 128 bits in hexadecimal that the good rows of both sides give, in any order. */
  String fingerprint() {
    return String.format(Locale.ROOT, "%016x%016x-%d-%d", sum[0], sum[1], records[0], records[1]);
  }
}
