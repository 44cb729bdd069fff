package org.googlenet.data.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Small images of all kinds, which images.py made, and what Pillow and version 0.1.0 made of them.
 */
final class ManyImages {

  private static final Map<String, byte[]> IMAGES = images();

  /**
   * An image of images.zip and its line of images.tsv.
   *
   * @param pillowSize such as 64x48; {@code refused} if Pillow does not decode it
   * @param pillowSha256 of the pixels: red, green, blue
   * @param before the first 16 digits of the SHA-256 of version 0.1.0's tensors, or {@code refused}
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Known(String name, byte[] image, String pillowSize, String pillowSha256, String before) {

    boolean isDecodedByPillow() {
      return !pillowSize.equals("refused");
    }

    boolean wasDecoded() {
      return !before.equals("refused");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private ManyImages() {}

  static List<Known> all() {
    return resource("/images.tsv")
        .lines()
        .map(line -> line.split("\t", -1))
        .map(cells -> new Known(cells[0], named(cells[0]), cells[1], cells[2], cells[3]))
        .toList();
  }

  static byte[] named(String name) {
    return Objects.requireNonNull(IMAGES.get(name), name).clone();
  }

  private static String resource(String name) {
    try (InputStream in = ManyImages.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, byte[]> images() {
    Map<String, byte[]> images = new LinkedHashMap<>();
    try (ZipInputStream zip =
        new ZipInputStream(ManyImages.class.getResourceAsStream("/images.zip"))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        images.put(entry.getName(), zip.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return images;
  }
}
