package org.googlenet.report.page;

import java.util.List;

/** A table each of whose rows has a bar, as long as a share says. */
final class Bars {

  private Bars() {}

  /**
   * A row.
   *
   * @param share 0 to 1
   */
  record Row(List<String> cells, double share) {}

  /** Writes the table; the bar is behind the last cell, and says nothing that the cells do not. */
  static void write(Html html, String caption, List<String> columns, List<Row> rows) {
    html.open("div", "class", "scroll", "role", "region", "aria-label", caption, "tabindex", "0");
    html.open("table", "class", "bars").element("caption", caption);
    html.open("thead").open("tr");
    columns.forEach(column -> html.element("th", column, "scope", "col"));
    html.open("td", "class", "bar").close().close().close().open("tbody");
    rows.forEach(row -> write(html, row));
    html.close().close().close();
  }

  private static void write(Html html, Row row) {
    html.open("tr").cell("th", row.cells().get(0), "scope", "row");
    row.cells().stream().skip(1).forEach(cell -> html.cell("td", cell));
    html.open("td", "class", "bar");
    String width = Numbers.format("width:%.1f%%", 100 * Math.min(1, row.share()));
    html.open("span", "style", width).close().close().close();
  }
}
