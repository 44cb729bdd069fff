package org.googlenet.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.googlenet.data.image.ManyImages.Known;
import org.junit.jupiter.api.Test;

/** What libjpeg and libpng would write about an image is known, image by image. */
class DecoderLinesTest {

  private static final Set<String> FLAWED =
      Set.of(
          "ff00_in_header.jpg",
          "junk_7_between_segments.jpg",
          "junk_before_eoi.jpg",
          "junk_between_segments.jpg",
          "png_bad_iccp.png",
          "png_text_crc.png",
          "zeros_in_scan.jpg");

  private static List<Known> decoded() {
    List<Known> decoded = new ArrayList<>();
    for (Known known : ManyImages.all()) {
      try {
        Decoder.check(known.image());
        decoded.add(known);
      } catch (UnreadableImage e) {
        // It has no flaws that are passed over.
      }
    }
    return decoded;
  }

  private static Set<String> flawed(List<Known> images) throws UnreadableImage {
    Set<String> flawed = new TreeSet<>();
    for (Known known : images) {
      if (!Decoder.isFlawless(known.image())) {
        flawed.add(known.name());
      }
    }
    return flawed;
  }

  @Test
  void theFlawedImagesAreTold() throws UnreadableImage {
    assertThat(flawed(decoded())).isEqualTo(FLAWED);
  }

  @Test
  void threadsThatDecodeBesideEachOtherDoNotTakeTheFlawsOfOthersForTheirs() throws Exception {
    List<Known> images = decoded();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Set<String>>> found = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        found.add(threads.submit(() -> flawed(images)));
      }
      for (Future<Set<String>> each : found) {
        assertThat(each.get()).isEqualTo(FLAWED);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
