package org.googlenet.report.page;

import java.util.Base64;

/** Pictures on a page, each with what it shows, or with why it is not there. */
final class Sheet {

  private Sheet() {}

  /**
   * Writes a picture.
   *
   * @param shows says what it shows, for those who cannot see it
   */
  static void picture(Html html, Pictures.Picture picture, String shows) {
    if (picture.isMissing()) {
      html.open("div", "class", "missing").element("span", "no picture: " + picture.reason());
      html.close();
    } else {
      String source =
          "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(picture.jpeg());
      html.empty("img", "src", source, "alt", shows);
    }
  }
}
