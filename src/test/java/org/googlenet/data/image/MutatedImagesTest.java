package org.googlenet.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged images are decoded or refused: no crash, no hang, no memory kept. */
class MutatedImagesTest {

  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final long MOST_KEPT = 64L << 20;
  private static final int LONGEST_RUN = 64;

  @ParameterizedTest
  @ValueSource(
      strings = {"photo.jpg", "progressive.jpg", "rgba.png", "palette.png", "webp_lossy.webp"})
  void fiveHundredMutationsAreDecodedOrRefused(String name) throws IOException {
    assertDecodedOrRefused(name, 500);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "photo.jpg",
        "progressive.jpg",
        "interlaced.png",
        "rgba16.png",
        "webp_lossy_alpha.webp",
        "webp_lossless_alpha.webp",
        "gif_animated.gif",
        "bmp_rle8.bmp",
        "tiff_tiff_lzw.tiff",
        "tiff_jpeg.tiff"
      })
  void tenThousandMutationsAreDecodedOrRefused(String name) throws IOException {
    assertDecodedOrRefused(name, 10_000);
  }

  private static void assertDecodedOrRefused(String name, int mutations) throws IOException {
    byte[] image = ManyImages.named(name);
    Decoder ignoring = new Decoder(32, Decoding.of(Augmentation.Kind.INCEPTION), true);
    Decoder laying =
        new Decoder(
            32, new Decoding(new Augmentation(Augmentation.Kind.NONE), Alpha.WHITE, 10), false);
    float[] tensor = new float[ignoring.values()];
    int decoded = 0;
    long resident = 0;
    for (int seed = 0; seed < mutations; seed++) {
      long from = System.nanoTime();
      decoded += isDecoded(seed % 2 == 0 ? ignoring : laying, mutated(image, seed), tensor) ? 1 : 0;
      assertThat(Duration.ofNanos(System.nanoTime() - from))
          .as("%s, seed %d", name, seed)
          .isLessThan(LONGEST);
      // By then the libraries have what they keep.
      resident = seed == mutations / 5 ? resident() : resident;
    }
    assertThat(decoded).isBetween(1, mutations - 1);
    assertThat(resident() - resident).isLessThan(MOST_KEPT);
  }

  private static boolean isDecoded(Decoder decoder, byte[] image, float[] tensor) {
    try {
      decoder.decode(image, image.length, tensor, 0);
      return true;
    } catch (UnreadableImage e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      return false;
    }
  }

  /** Some bytes are changed, inserted, left out or repeated, or the end is missing. */
  private static byte[] mutated(byte[] image, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = image.clone();
    for (int change = random.nextInt(1, 5); change > 0; change--) {
      // Headers are at the beginning: half of the changes are made there.
      int end = random.nextBoolean() ? Math.min(128, bytes.length) : bytes.length;
      int at = random.nextInt(end);
      int run = Math.min(random.nextInt(1, LONGEST_RUN), bytes.length - at);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1, 2 -> bytes[at] = (byte) random.nextInt();
        case 3 -> Arrays.fill(bytes, at, at + run, (byte) (random.nextBoolean() ? 0 : 0xFF));
        case 4 -> System.arraycopy(bytes, at, bytes, random.nextInt(bytes.length - run + 1), run);
        default -> bytes = Arrays.copyOf(bytes, Math.max(at + run, 16));
      }
    }
    return bytes;
  }

  /** The memory that this process has, in bytes. */
  private static long resident() throws IOException {
    String pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1)[1];
    return Long.parseLong(pages) << 12;
  }
}
