package org.googlenet.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.googlenet.common.Sha256;
import org.googlenet.data.image.Augmentation.Kind;
import org.googlenet.data.image.ManyImages.Known;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images of all kinds: which are decoded, to the same pixels as by Pillow and as before. */
class KindsOfImagesTest {

  /** Why images that are decoded have other pixels than Pillow's. */
  private static final Map<String, String> OTHER_THAN_PILLOW =
      Map.ofEntries(
          Map.entry("cmyk_adobe.jpg", "rounded differently, by 1"),
          Map.entry("cmyk_no_adobe.jpg", "rounded differently, by 1"),
          Map.entry("cmyk_ycck.jpg", "rounded differently, by 1"),
          Map.entry("bmp_16_555.bmp", "5 bits are shifted, not spread to 255"),
          Map.entry("bmp_16_565.bmp", "5 bits are shifted, not spread to 255"),
          Map.entry("gif_transparent.gif", "another colour beneath the transparent pixels"),
          Map.entry("tiff_lab.tiff", "another conversion of Lab"),
          Map.entry("tiff_rgba.tiff", "libtiff lays on black"),
          Map.entry("tiff_rgba_lzw.tiff", "libtiff lays on black"),
          Map.entry("tiff_rgba_ii.tiff", "libtiff lays on black"),
          Map.entry("tiff_rgba_mm.tiff", "libtiff lays on black"),
          Map.entry("tiff_rgba_premul.tiff", "libtiff leaves it on black"));

  /** What is refused though Pillow decodes it. */
  private static final Set<String> REFUSED =
      Set.of(
          "is_avif.jpg",
          "is_heic.jpg",
          "is_ico.jpg",
          "is_jpeg2000.jpg",
          "png_idat_crc.png",
          "gif_frame_larger_than_screen.gif",
          "tiff_bigtiff.tiff",
          "tiff_f32.tiff",
          "tiff_i32.tiff",
          "tiff_lzma.tiff",
          "tiff_zstd.tiff");

  /** What is decoded though Pillow refuses it: only a text's checksum is wrong. */
  private static final Set<String> DECODED = Set.of("png_text_crc.png");

  /** Tags that version 0.1.0 did not see. */
  private static final Set<String> TURNED_SINCE =
      Set.of(
          "exif_6_long.jpg",
          "exif_6_long_and_xmp_3.jpg",
          "exif_6_type9.jpg",
          "exif_other_xmp_6.jpg",
          "xmp_element_8.jpg",
          "xmp_orientation_6.jpg",
          "png_exif_6_long.png",
          "png_xmp_6.png",
          "png_xmp_6_z.png");

  private static String pixels(byte[] image) throws UnreadableImage {
    try (PointerScope scope = new PointerScope()) {
      Mat decoded = EncodedImage.of(image, Decoding.PLAIN).decode(1);
      Mat rgb = new Mat();
      opencv_imgproc.cvtColor(decoded, rgb, opencv_imgproc.COLOR_BGR2RGB);
      byte[] bytes = new byte[(int) (rgb.total() * rgb.elemSize())];
      rgb.data().get(bytes, 0, bytes.length);
      return rgb.cols() + "x" + rgb.rows() + " " + Sha256.of(bytes);
    }
  }

  private static void decode(byte[] image, int side, MessageDigest digest, Kind kind, boolean train)
      throws UnreadableImage {
    float[] tensor = new float[3 * side * side];
    new Decoder(side, Decoding.of(kind), train).decode(image, 12345, tensor, 0);
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * tensor.length);
    bytes.asFloatBuffer().put(tensor);
    digest.update(bytes.array());
  }

  private static String tensors(byte[] image) throws UnreadableImage {
    MessageDigest digest = Sha256.digest();
    for (int side : new int[] {28, 65}) {
      for (Kind kind : Kind.values()) {
        decode(image, side, digest, kind, false);
        decode(image, side, digest, kind, true);
      }
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }

  private static boolean isDecoded(Known known) {
    try {
      Decoder.check(known.image());
      return true;
    } catch (UnreadableImage e) {
      return false;
    }
  }

  @Test
  void whatPillowDecodesIsDecoded() {
    for (Known known : ManyImages.all()) {
      boolean expected =
          known.isDecodedByPillow()
              ? !REFUSED.contains(known.name())
              : DECODED.contains(known.name());
      assertThat(isDecoded(known)).as(known.name()).isEqualTo(expected);
    }
  }

  @Test
  void thePixelsArePillows() throws UnreadableImage {
    List<String> others = new ArrayList<>();
    for (Known known : ManyImages.all()) {
      if (known.isDecodedByPillow() && !REFUSED.contains(known.name())) {
        String pillows = known.pillowSize() + " " + known.pillowSha256();
        if (!pixels(known.image()).equals(pillows)) {
          others.add(known.name());
        }
      }
    }
    assertThat(others).containsExactlyInAnyOrderElementsOf(OTHER_THAN_PILLOW.keySet());
  }

  @Test
  void theTensorsAreThoseOfVersion010() throws UnreadableImage {
    List<String> others = new ArrayList<>();
    for (Known known : ManyImages.all()) {
      if (known.wasDecoded() && !tensors(known.image()).equals(known.before())) {
        others.add(known.name());
      }
    }
    assertThat(others).containsExactlyInAnyOrderElementsOf(TURNED_SINCE);
  }

  @Test
  void theSamplesTensorsAreThoseOfVersion010() throws IOException {
    MessageDigest digest = Sha256.digest();
    for (String shard : List.of("train/train-00000.tar", "validation/validation-00000.tar")) {
      try (InputStream in = Files.newInputStream(Path.of("data/sample", shard));
          TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          if (entry.getName().endsWith(".png")) {
            decode(tar.readAllBytes(), 65, digest, Kind.CAFFE, true);
          }
        }
      }
    }
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo("2e0ccff4ca164959677273fc93ef7d5052c4a4e1060f0b0d9f25f05571de8b98");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          zero_bytes.jpg                    | is empty
          is_html.jpg                       | is HTML, not an image
          is_lfs_pointer.jpg                | is a Git LFS pointer ('git lfs pull' fetches the image), not an image
          is_svg.png                        | is SVG, which is not supported
          is_appledouble.jpg                | is an AppleDouble file of macOS, not an image
          is_avif.jpg                       | is AVIF, which is not supported
          is_heic.jpg                       | is HEIC, which is not supported
          is_jpeg2000.jpg                   | is JPEG 2000, which is not supported
          is_jxl.jpg                        | is JPEG XL, which is not supported
          is_ico.jpg                        | is a Windows icon, which is not supported
          tiff_bigtiff.tiff                 | is BigTIFF, which is not supported
          tiff_zstd.tiff                    | is a TIFF of compression 50000, which is not supported
          tiff_f32.tiff                     | is a TIFF of other numbers than unsigned ones of up to 16 bits, which are not supported
          bmp_jpeg_inside.bmp               | is a BMP with a JPEG or PNG inside, which is not supported
          jpeg_12bit.jpg                    | is a JPEG of 12 bits per sample, and only 8 are supported
          jpeg_sof_precision_12_patched.jpg | is a JPEG of 12 bits per sample, and only 8 are supported
          jpeg_height_0_dnl.jpg             | declares 64 x 0 pixels
          only_soi.jpg                      | is a JPEG that ends before its frame header
          junk_before_soi.jpg               | is not JPEG, PNG, WebP, GIF, BMP or TIFF (1567 bytes)
          trunc_half.jpg                    | is damaged or ends too early (9075 bytes)
          """)
  void aRefusalSaysWhatTheFileIs(String name, String message) {
    assertThatThrownBy(() -> Decoder.check(ManyImages.named(name))).hasMessage(message);
  }
}
