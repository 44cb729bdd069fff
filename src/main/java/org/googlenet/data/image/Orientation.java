package org.googlenet.data.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.InflaterInputStream;

/**
 * Reads how a camera was held: EXIF's orientation (CIPA DC-008, 4.6.5), or else that in XMP, as
 * Pillow does. TIFF has it too, but libtiff applies it.
 */
final class Orientation {

  /** The value that says to leave the image as it is. */
  static final int UPRIGHT = 1;

  private static final String EXIF = "Exif\0\0";
  private static final String XMP_IN_JPEG = "http://ns.adobe.com/xap/1.0/\0";
  private static final String XMP_IN_PNG = "XML:com.adobe.xmp\0";

  /** The most bytes of a compressed XMP that are looked at. */
  private static final int LARGEST_XMP = 1 << 20;

  private static final Pattern IN_XMP = Pattern.compile("tiff:Orientation(=\"|>)([0-9])");

  private ByteBuffer exif;
  private String xmp = "";

  private Orientation() {}

  /**
   * The orientation of an image.
   *
   * @return 1 to 8
   */
  static int of(byte[] image, ImageHeader.Format format) {
    Orientation found = new Orientation();
    switch (format) {
      case JPEG -> found.inJpeg(image);
      case PNG -> found.inPng(image);
      case WEBP -> found.inWebp(image);
      default -> {}
    }
    return found.value();
  }

  /** XMP counts only if EXIF has no orientation at all, even one that means nothing. */
  private int value() {
    OptionalLong inExif =
        exif == null
            ? OptionalLong.empty()
            : TiffDirectory.of(exif).value(TiffDirectory.ORIENTATION);
    long value = inExif.isPresent() ? inExif.getAsLong() : valueInXmp();
    return value >= UPRIGHT && value <= 8 ? (int) value : UPRIGHT;
  }

  private long valueInXmp() {
    Matcher matcher = IN_XMP.matcher(xmp);
    return matcher.find() ? Long.parseLong(matcher.group(2)) : UPRIGHT;
  }

  private void inJpeg(byte[] image) {
    JpegSegments segments = new JpegSegments(image);
    while (segments.next() && segments.marker() != JpegSegments.SOS) {
      if (segments.marker() == JpegSegments.APP1) {
        ByteBuffer content = segments.content();
        if (exif == null && startsWith(content, EXIF)) {
          exif = behind(content, EXIF);
        } else if (startsWith(content, XMP_IN_JPEG)) {
          xmp = text(behind(content, XMP_IN_JPEG));
        }
      }
    }
  }

  private void inPng(byte[] image) {
    PngChunks chunks = new PngChunks(image);
    while (chunks.next()) {
      ByteBuffer content = chunks.content();
      if (chunks.name().equals("eXIf")) {
        exif = content;
      } else if (chunks.name().equals("iTXt") && startsWith(content, XMP_IN_PNG)) {
        xmp = xmpOfPng(behind(content, XMP_IN_PNG));
      }
    }
  }

  private void inWebp(byte[] image) {
    RiffChunks chunks = new RiffChunks(image);
    while (chunks.next()) {
      if (chunks.name().equals("EXIF")) {
        ByteBuffer content = chunks.content();
        exif = startsWith(content, EXIF) ? behind(content, EXIF) : content;
      } else if (chunks.name().equals("XMP ")) {
        xmp = text(chunks.content());
      }
    }
  }

  /** Behind the keyword: whether it is compressed, how, a language, another keyword, the text. */
  private static String xmpOfPng(ByteBuffer content) {
    byte[] bytes = new byte[content.remaining()];
    content.get(bytes);
    int at = 2;
    for (int ended = 0; ended < 2 && at < bytes.length; at++) {
      ended += bytes[at] == 0 ? 1 : 0;
    }
    if (at >= bytes.length) {
      return "";
    }
    ByteArrayInputStream text = new ByteArrayInputStream(bytes, at, bytes.length - at);
    try (InputStream in = bytes[0] == 0 ? text : new InflaterInputStream(text)) {
      return new String(in.readNBytes(LARGEST_XMP), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean startsWith(ByteBuffer content, String prefix) {
    return content.limit() >= prefix.length()
        && text(content.slice(0, prefix.length())).equals(prefix);
  }

  private static ByteBuffer behind(ByteBuffer content, String prefix) {
    return content.slice(prefix.length(), content.limit() - prefix.length());
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
  }
}
