package org.googlenet.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileTypeTest {

  @ParameterizedTest
  @CsvSource({
    "base.jpg, JPEG",
    "is_png.jpg, PNG",
    "is_webp.jpg, WEBP",
    "is_gif.jpg, GIF",
    "is_bmp.jpg, BMP",
    "is_tiff.jpg, TIFF",
    "tiff_rgb_mm.tiff, TIFF",
    "tiff_bigtiff.tiff, BIG_TIFF",
    "is_avif.jpg, AVIF",
    "is_heic.jpg, HEIC",
    "is_jxl.jpg, JPEG_XL",
    "is_jpeg2000.jpg, JPEG_2000",
    "is_ico.jpg, ICO",
    "is_html.jpg, HTML",
    "is_svg.png, SVG",
    "is_lfs_pointer.jpg, LFS_POINTER",
    "is_appledouble.jpg, APPLE_DOUBLE",
    "zero_bytes.jpg, EMPTY",
    "junk_before_soi.jpg, UNKNOWN"
  })
  void anImagesTypeIsThatOfItsContent(String name, FileType type) {
    assertThat(FileType.of(ManyImages.named(name))).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource({
    "1F8B0800, GZIP",
    "504B0304, ZIP",
    "28B52FFD, ZSTD",
    "255044462D312E34, PDF",
    "38425053, PSD",
    "FFD8FFF7, JPEG_LS",
    "0000001C667479706D703432, VIDEO",
    "000000000000, ZEROS",
    "00FF00FF, UNKNOWN"
  })
  void otherTypesAreToldByTheirFirstBytes(String hex, FileType type) {
    assertThat(FileType.of(HexFormat.of().parseHex(hex))).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error> | XML",
        "<?xml version='1.0'?><svg/> | SVG",
        "\uFEFF<HTML> | HTML",
        "../.git/annex/objects/k5/9f/SHA256E-s3.jpg | ANNEX_POINTER",
        "naïve café | TEXT",
        "P6 64 64 255 | NETPBM",
        "BM is not always a bitmap | TEXT"
      })
  void textIsToldByWhatItSays(String text, FileType type) {
    assertThat(FileType.of(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(type);
  }

  @Test
  void aTarIsToldByItsFirstHeader() {
    byte[] header = new byte[1024];
    byte[] magic = "ustar".getBytes(StandardCharsets.US_ASCII);
    header[0] = 'a';
    System.arraycopy(magic, 0, header, 257, magic.length);
    assertThat(FileType.of(header)).isEqualTo(FileType.TAR);
  }

  @Test
  void exactlyTheFormatsAreDecoded() {
    assertThat(Arrays.stream(FileType.values()).filter(FileType::isDecoded).map(Enum::name))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ImageHeader.Format.values()).map(Enum::name).toList());
  }

  @Test
  void everyFormatsExtensionIsKnown() {
    for (ImageHeader.Format format : ImageHeader.Format.values()) {
      assertThat(ImageHeader.Format.hasExtension(format.extension())).isTrue();
    }
    assertThat(new String[] {"JPEG", "jpe", "jfif", "Tif"})
        .allMatch(ImageHeader.Format::hasExtension);
    assertThat(new String[] {"txt", "cls", "", "avif", "jp"})
        .noneMatch(ImageHeader.Format::hasExtension);
  }
}
