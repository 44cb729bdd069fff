package org.googlenet.data.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a file is, as its first bytes say: an image of an encoding that is decoded or is not, or
 * what people find in an image's place.
 */
public enum FileType {
  JPEG("JPEG", Use.DECODED),
  PNG("PNG", Use.DECODED),
  WEBP("WebP", Use.DECODED),
  GIF("GIF", Use.DECODED),
  BMP("BMP", Use.DECODED),
  TIFF("TIFF", Use.DECODED),
  BIG_TIFF("BigTIFF", Use.OTHER_IMAGE),
  AVIF("AVIF", Use.OTHER_IMAGE),
  HEIC("HEIC", Use.OTHER_IMAGE),
  JPEG_XL("JPEG XL", Use.OTHER_IMAGE),
  JPEG_2000("JPEG 2000", Use.OTHER_IMAGE),
  JPEG_LS("JPEG-LS", Use.OTHER_IMAGE),
  PSD("a Photoshop document", Use.OTHER_IMAGE),
  ICO("a Windows icon", Use.OTHER_IMAGE),
  NETPBM("Netpbm", Use.OTHER_IMAGE),
  SVG("SVG", Use.OTHER_IMAGE),
  VIDEO("an MP4 or QuickTime video", Use.NO_IMAGE),
  HTML("HTML", Use.NO_IMAGE),
  XML("XML", Use.NO_IMAGE),
  PDF("PDF", Use.NO_IMAGE),
  GZIP("gzipped", Use.NO_IMAGE),
  ZIP("a zip archive", Use.NO_IMAGE),
  ZSTD("compressed by zstd", Use.NO_IMAGE),
  TAR("a tar", Use.NO_IMAGE),
  APPLE_DOUBLE("an AppleDouble file of macOS", Use.NO_IMAGE),
  LFS_POINTER("a Git LFS pointer ('git lfs pull' fetches the image)", Use.NO_IMAGE),
  ANNEX_POINTER("a git-annex pointer ('git annex get' fetches the image)", Use.NO_IMAGE),
  EMPTY("empty", Use.NO_IMAGE),
  ZEROS("nothing but zeros at its beginning", Use.NO_IMAGE),
  TEXT("text", Use.NO_IMAGE),
  UNKNOWN("of an unknown type", Use.NO_IMAGE);

  /** As many bytes as it takes to tell; fewer will do if the file has no more. */
  public static final int BYTES = 512;

  /** What can be done with a file. */
  private enum Use {
    DECODED,
    OTHER_IMAGE,
    NO_IMAGE
  }

  private static final List<String> HEIC_BRANDS =
      List.of("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1");

  private static final List<String> AVIF_BRANDS = List.of("avif", "avis");

  private static final List<Integer> BMP_HEADERS = List.of(12, 16, 40, 52, 56, 64, 108, 124);

  private final String words;
  private final Use use;

  FileType(String words, Use use) {
    this.words = words;
    this.use = use;
  }

  /**
   * Looks at the beginning of a file.
   *
   * @param file its first {@value #BYTES} bytes or more, or all of it
   */
  public static FileType of(byte[] file) {
    if (file.length == 0) {
      return EMPTY;
    }
    Start start = new Start(file);
    FileType type = image(start);
    if (type == UNKNOWN) {
      type = archive(start);
    }
    return type == UNKNOWN ? text(start) : type;
  }

  /** Whether it is an image that {@link Decoder} decodes. */
  public boolean isDecoded() {
    return use == Use.DECODED;
  }

  /** Whether it is an image, of an encoding that is decoded or is not. */
  public boolean isImage() {
    return use != Use.NO_IMAGE;
  }

  /** What it is, as the end of a sentence that begins with 'is'. */
  @Override
  public String toString() {
    return words;
  }

  /** Why it is not decoded, as the end of a sentence that begins with 'image'. */
  String refusal(int bytes) {
    if (this == UNKNOWN) {
      return String.format(
          Locale.ROOT, "is not JPEG, PNG, WebP, GIF, BMP or TIFF (%d bytes)", bytes);
    }
    if (this == EMPTY) {
      return "is empty";
    }
    return use == Use.OTHER_IMAGE
        ? "is " + words + ", which is not supported"
        : "is " + words + ", not an image";
  }

  private static FileType image(Start start) {
    if (start.has(0, 0xFF, 0xD8, 0xFF)) {
      return start.has(3, 0xF7) ? JPEG_LS : JPEG;
    }
    if (start.has(0, 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A)) {
      return PNG;
    }
    if (start.has("RIFF", 0) && start.has("WEBP", 8)) {
      return WEBP;
    }
    if (start.has("GIF87a", 0) || start.has("GIF89a", 0)) {
      return GIF;
    }
    if (start.has("BM", 0) && BMP_HEADERS.contains(start.littleEndian(14))) {
      return BMP;
    }
    if (start.has(0, 'I', 'I', 42, 0) || start.has(0, 'M', 'M', 0, 42)) {
      return TIFF;
    }
    if (start.has(0, 'I', 'I', 43, 0) || start.has(0, 'M', 'M', 0, 43)) {
      return BIG_TIFF;
    }
    return start.has("ftyp", 4) ? isoMedia(start) : otherImage(start);
  }

  /** By the brands of ISO/IEC 14496-12's file type box; AVIF files may name HEIF's brands too. */
  private static FileType isoMedia(Start start) {
    int end = Math.min(start.bigEndian(0), BYTES);
    FileType type = VIDEO;
    for (int at = 8; at + 4 <= end; at += at == 8 ? 8 : 4) {
      String brand = start.latin(at, 4);
      if (AVIF_BRANDS.contains(brand)) {
        return AVIF;
      }
      type = HEIC_BRANDS.contains(brand) ? HEIC : type;
    }
    return type;
  }

  private static FileType otherImage(Start start) {
    if (start.has(0, 0xFF, 0x0A) || start.has(0, 0, 0, 0, 12, 'J', 'X', 'L', ' ')) {
      return JPEG_XL;
    }
    if (start.has(0, 0, 0, 0, 12, 'j', 'P') || start.has(0, 0xFF, 0x4F, 0xFF, 0x51)) {
      return JPEG_2000;
    }
    if (start.has("8BPS", 0)) {
      return PSD;
    }
    if (start.has(0, 0, 0, 1, 0) && start.has(5, 0)) {
      return ICO;
    }
    return start.latin(0, 3).matches("P[1-7]\\s") ? NETPBM : UNKNOWN;
  }

  private static FileType archive(Start start) {
    if (start.has(0, 0x1F, 0x8B)) {
      return GZIP;
    }
    if (start.has(0, 'P', 'K', 3, 4)) {
      return ZIP;
    }
    if (start.has(0, 0x28, 0xB5, 0x2F, 0xFD)) {
      return ZSTD;
    }
    if (start.has("ustar", 257)) {
      return TAR;
    }
    if (start.has(0, 0, 5, 0x16, 7)) {
      return APPLE_DOUBLE;
    }
    if (start.has("%PDF-", 0)) {
      return PDF;
    }
    return start.isAllZero() ? ZEROS : UNKNOWN;
  }

  private static FileType text(Start start) {
    String text = start.text();
    if (text.startsWith("version https://git-lfs")) {
      return LFS_POINTER;
    }
    if (text.contains("/annex/objects/")) {
      return ANNEX_POINTER;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith("<!doctype html") || lower.contains("<html")) {
      return HTML;
    }
    if (lower.startsWith("<svg") || (lower.startsWith("<") && lower.contains("<svg"))) {
      return SVG;
    }
    if (lower.startsWith("<?xml")) {
      return XML;
    }
    return text.isEmpty() ? UNKNOWN : TEXT;
  }

  /** The first bytes of a file; what lies behind their end is like nothing that is looked for. */
  private record Start(byte[] bytes) {

    Start(byte[] bytes) {
      this.bytes = Arrays.copyOf(bytes, Math.min(bytes.length, BYTES));
    }

    boolean has(int at, int... wanted) {
      if (at + wanted.length > bytes.length) {
        return false;
      }
      for (int i = 0; i < wanted.length; i++) {
        if ((bytes[at + i] & 0xFF) != wanted[i]) {
          return false;
        }
      }
      return true;
    }

    boolean has(String wanted, int at) {
      return latin(at, wanted.length()).equals(wanted);
    }

    String latin(int at, int length) {
      int end = Math.min(at + length, bytes.length);
      return at >= end ? "" : new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
    }

    int bigEndian(int at) {
      return Integer.reverseBytes(littleEndian(at));
    }

    /** Four bytes as a number; -1 if there are fewer. */
    int littleEndian(int at) {
      if (at + 4 > bytes.length) {
        return -1;
      }
      return (bytes[at] & 0xFF)
          | (bytes[at + 1] & 0xFF) << 8
          | (bytes[at + 2] & 0xFF) << 16
          | bytes[at + 3] << 24;
    }

    boolean isAllZero() {
      return Arrays.equals(bytes, new byte[bytes.length]);
    }

    /** The text without a byte order mark and white space before it; empty if it is no text. */
    String text() {
      String text = new String(bytes, StandardCharsets.UTF_8);
      boolean isText =
          text.chars().allMatch(c -> c > '~' ? c > 0x9F : c >= ' ' || (c >= '\t' && c <= '\r'))
              && text.chars().filter(c -> c == 0xFFFD).count() <= 1;
      return isText ? text.replaceFirst("^\uFEFF?\\s*", "") : "";
    }
  }
}
