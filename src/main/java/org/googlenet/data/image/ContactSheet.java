package org.googlenet.data.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.FONT_HERSHEY_SIMPLEX;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_NEAREST;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_AA;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.googlenet.common.NativeFolder;

/**
 * Draws images in sections, each with a title, as one PNG: a look at what a data set holds.
 *
 * <p>The letters are OpenCV's own, which need no fonts on the machine, and are ASCII; other
 * characters are written as {@code \u65e5}.
 */
public final class ContactSheet {

  static {
    NativeFolder.choose();
  }

  private static final int COLUMNS = 8;
  private static final int MARGIN = 6;
  private static final int LINE = 14;
  private static final int TITLE = 24;
  private static final double SMALL = 0.36;
  private static final double LARGE = 0.5;
  private static final String CUT = "..";

  private final int side;
  private final Mat canvas;
  private int y;

  /**
   * One picture.
   *
   * @param image encoded, whole; empty if there is none
   * @param caption the line below
   * @param reason why it cannot be used; empty if that is not known. An image that cannot be
   *     decoded has its own
   */
  public record Tile(byte[] image, String caption, String reason) {}

  /** Pictures under a title. */
  public record Section(String title, List<Tile> tiles) {}

  private ContactSheet(Mat canvas, int side) {
    this.canvas = canvas;
    this.side = side;
  }

  /**
   * Draws a sheet. An image fills a square as far as its proportions let it; one that cannot be
   * decoded, or has a reason, is a box with a cross and the reason.
   *
   * @param side of a square, in pixels
   * @return a PNG
   */
  public static byte[] png(List<Section> sections, int side) {
    int height = MARGIN;
    for (Section section : sections) {
      height += TITLE + rows(section) * rowHeight(side);
    }
    int width = MARGIN + COLUMNS * (side + MARGIN);
    try (PointerScope scope = new PointerScope()) {
      ContactSheet sheet = new ContactSheet(new Mat(height, width, CV_8UC3, Scalar.all(255)), side);
      sections.forEach(sheet::draw);
      return ImageEncoder.encode(sheet.canvas, ImageHeader.Format.PNG);
    }
  }

  private static int rows(Section section) {
    return (section.tiles().size() + COLUMNS - 1) / COLUMNS;
  }

  private static int rowHeight(int side) {
    return side + LINE + MARGIN;
  }

  private void draw(Section section) {
    text(cut(section.title(), canvas.cols() - 2 * MARGIN, LARGE), MARGIN, y + TITLE - 8, LARGE);
    y += TITLE;
    for (int i = 0; i < section.tiles().size(); i++) {
      int column = i % COLUMNS;
      draw(section.tiles().get(i), MARGIN + column * (side + MARGIN));
      if (column == COLUMNS - 1 || i == section.tiles().size() - 1) {
        y += rowHeight(side);
      }
    }
  }

  private void draw(Tile tile, int x) {
    String reason = tile.reason();
    if (tile.image().length > 0) {
      try (PointerScope scope = new PointerScope()) {
        place(EncodedImage.of(tile.image(), Decoding.PLAIN).decode(1), x);
      } catch (UnreadableImage e) {
        reason = reason.isEmpty() ? e.getMessage() : reason;
      }
    }
    if (!reason.isEmpty()) {
      cross(x);
      write(reason, x);
    }
    text(cut(tile.caption(), side, SMALL), x, y + side + LINE - 4, SMALL);
  }

  /** Draws an image in the middle of its square; a small one is enlarged so that pixels show. */
  private void place(Mat image, int x) {
    double scale = (double) side / Math.max(image.cols(), image.rows());
    int width = Math.max(1, (int) Math.round(image.cols() * scale));
    int height = Math.max(1, (int) Math.round(image.rows() * scale));
    Mat resized = new Mat();
    opencv_imgproc.resize(
        image, resized, new Size(width, height), 0, 0, scale > 1 ? INTER_NEAREST : INTER_AREA);
    Rect middle = new Rect(x + (side - width) / 2, y + (side - height) / 2, width, height);
    resized.copyTo(new Mat(canvas, middle));
  }

  private void cross(int x) {
    try (PointerScope scope = new PointerScope()) {
      Scalar red = new Scalar(0, 0, 200, 0);
      int right = x + side - 1;
      int bottom = y + side - 1;
      opencv_imgproc.line(canvas, new Point(x, y), new Point(right, bottom), red, 1, LINE_AA, 0);
      opencv_imgproc.line(canvas, new Point(x, bottom), new Point(right, y), red, 1, LINE_AA, 0);
      opencv_imgproc.rectangle(
          canvas, new Point(x, y), new Point(right, bottom), red, 1, LINE_AA, 0);
    }
  }

  /** Writes a text over the square, as many lines as there is room for. */
  private void write(String reason, int x) {
    List<String> lines = wrapped(reason, side - MARGIN);
    int most = Math.min(lines.size(), side / LINE);
    for (int i = 0; i < most; i++) {
      boolean goesOn = i == most - 1 && most < lines.size();
      String line = goesOn ? cut(lines.get(i) + CUT + CUT, side - MARGIN, SMALL) : lines.get(i);
      text(line, x + MARGIN / 2, y + (i + 1) * LINE - 3, SMALL);
    }
  }

  /** Breaks a text between words, and within those that are wider than a line. */
  private static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : ascii(text).split(" ", -1)) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (width(longer, SMALL) > width && !line.isEmpty()) {
        lines.add(line);
        longer = word;
      }
      while (width(longer, SMALL) > width) {
        int length = longer.length() - 1;
        while (length > 1 && width(longer.substring(0, length), SMALL) > width) {
          length--;
        }
        lines.add(longer.substring(0, length));
        longer = longer.substring(length);
      }
      line = longer;
    }
    lines.add(line);
    return lines;
  }

  /** Leaves out the middle of a text that is too wide: the ends tell keys apart. */
  private static String cut(String text, int width, double scale) {
    String whole = ascii(text);
    String cut = whole;
    for (int kept = whole.length() - 1; kept > 1 && width(cut, scale) > width; kept--) {
      int begin = (kept + 1) / 2;
      cut = whole.substring(0, begin) + CUT + whole.substring(whole.length() - (kept - begin));
    }
    return cut;
  }

  /** What OpenCV's letters can write. */
  private static String ascii(String text) {
    StringBuilder ascii = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (c >= ' ' && c <= '~') {
                ascii.append((char) c);
              } else {
                ascii.append(String.format(Locale.ROOT, "\\u%04x", c));
              }
            });
    return ascii.toString();
  }

  private static int width(String line, double scale) {
    try (PointerScope scope = new PointerScope()) {
      return opencv_imgproc
          .getTextSize(line, FONT_HERSHEY_SIMPLEX, scale, 1, new IntPointer(1))
          .width();
    }
  }

  private void text(String line, int x, int baseline, double scale) {
    try (PointerScope scope = new PointerScope()) {
      opencv_imgproc.putText(
          canvas,
          line,
          new Point(x, baseline),
          FONT_HERSHEY_SIMPLEX,
          scale,
          Scalar.all(0),
          1,
          LINE_AA,
          false);
    }
  }
}
