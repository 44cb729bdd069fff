package org.googlenet.data.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.googlenet.data.image.ImageHeader;

/** Parses the bytes of one record of a tar into key, image and label. */
final class TarRecord {

  /** WebDataset's rule: the key ends at the first dot after the last slash. */
  static final Pattern ENTRY = Pattern.compile("((?:.*/)?[^/.]+)\\.([^/]+)");

  /** The most bytes of a label that are read. */
  private static final int LABEL = 20;

  private TarRecord() {}

  /**
   * The image and the label in the bytes of a record.
   *
   * @param where the shard's name, for messages
   * @param position of the record, from 0, for messages
   * @throws DamagedRecord if they are not the tar of one record
   */
  static StoredRecord parse(String where, int position, byte[] bytes) {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.name())) {
      String key = null;
      byte[] image = null;
      byte[] label = null;
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Matcher name = ENTRY.matcher(entry.getName());
        if (!entry.isFile() || !name.matches()) {
          throw damaged(
              where, position, "entry '" + entry.getName() + "' is not an image or a label", null);
        }
        if (key != null && !key.equals(name.group(1))) {
          throw damaged(
              where, position, "has entries of '" + key + "' and '" + name.group(1) + "'", null);
        }
        key = name.group(1);
        // A sparse entry may claim more than the record holds; no more than that is read.
        byte[] content = tar.readNBytes(bytes.length);
        if (ImageHeader.Format.hasExtension(name.group(2))) {
          image = content;
        } else if (name.group(2).equalsIgnoreCase("cls")) {
          label = content;
        }
      }
      if (image == null || label == null) {
        throw damaged(where, position, "lacks its image (such as jpg) or its label (cls)", null);
      }
      return new StoredRecord(key, image, text(label));
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(where, position, "is not in tar format (" + TarListing.why(e) + ")", e);
    }
  }

  private static String text(byte[] label) {
    byte[] text = Arrays.copyOf(label, Math.min(label.length, LABEL));
    return new String(text, StandardCharsets.US_ASCII).strip();
  }

  private static DamagedRecord damaged(String where, int position, String what, Throwable cause) {
    return new DamagedRecord(
        position,
        String.format(
            Locale.ROOT, "%s: record %d %s; %s", where, position, what, DataProblem.MAKE_AGAIN),
        cause);
  }
}
