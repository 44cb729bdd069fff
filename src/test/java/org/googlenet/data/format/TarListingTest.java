package org.googlenet.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.googlenet.data.SmallDatasets;
import org.googlenet.data.image.Images;
import org.googlenet.storage.ObjectStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TarListingTest {

  @TempDir private Path folder;
  private ObjectStore store;

  @BeforeEach
  void open() {
    store = SmallDatasets.STORES.open(folder.toString());
  }

  private static byte[] tar(byte[]... contents) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (int i = 0; i < contents.length; i++) {
        TarArchiveEntry entry = new TarArchiveEntry("x".repeat(60 * i) + i);
        entry.setSize(contents[i].length);
        tar.putArchiveEntry(entry);
        tar.write(contents[i]);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private List<byte[]> contents(long from, long length) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    TarListing.walk(
        store,
        "x.tar",
        from,
        length,
        (name, offset, bytes) -> {
          try (InputStream in = store.readRange("x.tar", offset, bytes)) {
            contents.add(in.readAllBytes());
          }
        });
    return contents;
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void everyFileIsFoundWhereItLies() throws IOException {
    byte[][] files = {
      filled(0, 1), filled(511, 2), filled(512, 3), filled(6_000_000, 4), filled(9, 5)
    };
    Files.write(folder.resolve("x.tar"), tar(files));
    assertThat(contents(0, Long.MAX_VALUE)).containsExactly(files);
  }

  @Test
  void aTarWithinATarIsWalkedInItsPlace() throws IOException {
    byte[] inner = tar(filled(10, 1), filled(700, 2));
    Files.write(folder.resolve("x.tar"), tar(filled(99, 9), inner, filled(5, 8)));
    List<long[]> places = new ArrayList<>();
    TarListing.walk(
        store,
        "x.tar",
        0,
        Long.MAX_VALUE,
        (name, offset, bytes) -> places.add(new long[] {offset, bytes}));
    assertThat(contents(places.get(1)[0], places.get(1)[1]))
        .containsExactly(filled(10, 1), filled(700, 2));
  }

  @Test
  void aTarCutAnywhereIsTruncated() throws IOException {
    byte[] whole = tar(filled(1000, 1), filled(5_000_000, 2), filled(700, 3));
    for (int kept :
        new int[] {
          0, 100, 512, 900, 1536, 2100, 3_000_000, whole.length - 2048, whole.length - 1024
        }) {
      Files.write(folder.resolve("x.tar"), Arrays.copyOf(whole, kept));
      assertThatThrownBy(() -> contents(0, Long.MAX_VALUE))
          .as("%d of %d bytes", kept, whole.length)
          .isInstanceOf(DataProblem.class)
          .hasMessageContaining("x.tar: ");
    }
  }

  @Test
  void whatIsNoTarIsNamed() throws IOException {
    Files.write(folder.resolve("x.tar"), Images.jpeg(200, 200, 1));
    assertThatThrownBy(() -> contents(0, Long.MAX_VALUE))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("x.tar: is not in tar format");
  }

  @Test
  void aMissingTarIsAMissingFile() {
    assertThatThrownBy(() -> contents(0, Long.MAX_VALUE)).isInstanceOf(FileNotFoundException.class);
  }

  /** With 8 of these digits a sum of theirs takes longer than anybody waits (CVE-2023-42503). */
  @Test
  @Timeout(20)
  void aTimeThatNoClockHasIsRefusedAtOnce() throws IOException {
    for (String time : List.of("9e99999999", "1" + "0".repeat(200_000) + ".5")) {
      Files.write(folder.resolve("x.tar"), withTime(time));
      assertThatThrownBy(() -> contents(0, Long.MAX_VALUE))
          .isInstanceOf(DataProblem.class)
          .hasMessageContaining("x.tar: ")
          .satisfies(problem -> assertThat(problem.getMessage().length()).isLessThan(400));
    }
  }

  /** A tar of a file whose extended header gives a time as the library would never write it. */
  private static byte[] withTime(String time) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry("a");
      entry.addPaxHeader("xtime", time);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }
    String text = bytes.toString(StandardCharsets.ISO_8859_1);
    return text.replace("xtime=", "mtime=").getBytes(StandardCharsets.ISO_8859_1);
  }
}
