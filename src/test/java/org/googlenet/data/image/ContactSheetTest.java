package org.googlenet.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.googlenet.data.image.ContactSheet.Section;
import org.googlenet.data.image.ContactSheet.Tile;
import org.junit.jupiter.api.Test;

class ContactSheetTest {

  private static final int SIDE = 60;
  private static final int MARGIN = 6;
  private static final int TITLE = 24;

  private static final byte[] GREEN =
      Images.encoded(Images.drawn(30, 15, (x, y) -> 0x00C000), "png");

  private static BufferedImage sheet(Tile... tiles) throws IOException {
    return sheet("0  cat", List.of(tiles));
  }

  private static BufferedImage sheet(String title, List<Tile> tiles) throws IOException {
    byte[] png = ContactSheet.png(List.of(new Section(title, tiles)), SIDE);
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  private static Color at(BufferedImage sheet, int x, int y) {
    return new Color(sheet.getRGB(MARGIN + x, TITLE + y));
  }

  @Test
  void anImageKeepsItsProportionsInTheMiddleOfItsSquare() throws IOException {
    BufferedImage sheet = sheet(new Tile(GREEN, "a", ""));
    Color green = new Color(0x00C000);
    assertThat(at(sheet, SIDE / 2, SIDE / 2)).isEqualTo(green);
    assertThat(at(sheet, 0, SIDE / 4)).isEqualTo(green);
    assertThat(at(sheet, SIDE - 1, 3 * SIDE / 4 - 1)).isEqualTo(green);
    assertThat(at(sheet, SIDE / 2, SIDE / 4 - 2)).isEqualTo(Color.WHITE);
    assertThat(at(sheet, SIDE / 2, 3 * SIDE / 4 + 1)).isEqualTo(Color.WHITE);
  }

  @Test
  void anImageThatCannotBeDecodedIsABoxWithACrossAndLetters() throws IOException {
    BufferedImage sheet = sheet(new Tile(new byte[] {1, 2, 3}, "a", ""));
    Color red = at(sheet, 0, SIDE / 2);
    assertThat(red.getRed()).isGreaterThan(150);
    assertThat(red.getGreen()).isLessThan(50);
    assertThat(at(sheet, SIDE / 2, 0)).isEqualTo(red);
    assertThat(dark(sheet, 0, SIDE)).isPositive();
  }

  @Test
  void aReasonIsWrittenWhereThereIsNoImage() throws IOException {
    BufferedImage some = sheet(new Tile(new byte[0], "a", "has no label"));
    BufferedImage more = sheet(new Tile(new byte[0], "a", "has no label and no key ".repeat(50)));
    assertThat(dark(some, 0, SIDE)).isPositive();
    assertThat(dark(more, 0, SIDE)).isGreaterThan(dark(some, 0, SIDE));
    assertThat(more.getHeight()).isEqualTo(some.getHeight());
  }

  @Test
  void captionsStayInTheirColumn() throws IOException {
    String key = "a/very/long/key/of/a/record/".repeat(9);
    BufferedImage sheet = sheet(new Tile(GREEN, key, ""), new Tile(GREEN, "", ""));
    assertThat(dark(sheet, SIDE, SIDE + 14)).isPositive();
    for (int y = SIDE; y < SIDE + 14; y++) {
      for (int x = SIDE + MARGIN; x < 2 * SIDE; x++) {
        assertThat(at(sheet, x, y)).isEqualTo(Color.WHITE);
      }
    }
  }

  @Test
  void charactersWithoutLettersAreWrittenAsEscapes() throws IOException {
    assertThat(pixels(sheet(new Tile(GREEN, "日", ""))))
        .isEqualTo(pixels(sheet(new Tile(GREEN, "\\u65e5", ""))));
  }

  @Test
  void eightImagesAreARow() throws IOException {
    Tile tile = new Tile(GREEN, "a", "");
    int one = sheet("x", Collections.nCopies(8, tile)).getHeight();
    int two = sheet("x", Collections.nCopies(9, tile)).getHeight();
    assertThat(two - one).isEqualTo(SIDE + 14 + MARGIN);
    assertThat(sheet("no images", List.of()).getHeight()).isEqualTo(TITLE + MARGIN);
  }

  /** Nearly black pixels of the first square's columns, which only letters have. */
  private static int dark(BufferedImage sheet, int fromY, int toY) {
    int dark = 0;
    for (int y = fromY; y < toY; y++) {
      for (int x = 0; x < SIDE; x++) {
        Color colour = at(sheet, x, y);
        dark += colour.getRed() + colour.getGreen() + colour.getBlue() < 150 ? 1 : 0;
      }
    }
    return dark;
  }

  private static int[] pixels(BufferedImage sheet) {
    return sheet.getRGB(0, 0, sheet.getWidth(), sheet.getHeight(), null, 0, sheet.getWidth());
  }
}
