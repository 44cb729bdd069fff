package org.googlenet.report.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** The values of all plots of a page, as JSON for the script that draws them. */
final class PlotData {

  /** Each has four points at most: more than the pixels of a plot. */
  private static final int STRETCHES = 250;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private PlotData() {}

  /** JSON in ASCII that can stand in an element {@code script}: nothing in it looks like HTML. */
  static String of(List<Plot> plots) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    plots.forEach(plot -> all.add(json(plot)));
    try {
      return JSON.writeValueAsString(all)
          .replace("&", "\\u0026")
          .replace("<", "\\u003c")
          .replace(">", "\\u003e");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values are always JSON", e);
    }
  }

  private static ObjectNode json(Plot plot) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", plot.id());
    json.put("unit", plot.unit());
    json.put("kind", plot.kind().name().toLowerCase(Locale.ROOT));
    ArrayNode all = json.putArray("series");
    plot.series().forEach(series -> all.add(json(series)));
    return json;
  }

  private static ObjectNode json(Plot.Series series) {
    Points points = series.points();
    List<Integer> kept = points.kept(STRETCHES);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", series.name());
    json.put("colour", series.colour());
    json.put("dashed", series.dashed());
    numbers(json, "x", points.x(), kept);
    numbers(json, "y", points.y(), kept);
    if (!series.low().isEmpty()) {
      numbers(json, "low", series.low(), kept);
      numbers(json, "high", series.high(), kept);
    }
    return json;
  }

  private static void numbers(
      ObjectNode json, String name, List<Double> values, List<Integer> kept) {
    ArrayNode array = json.putArray(name);
    kept.forEach(i -> array.add(Numbers.forPlot(values.get(i))));
  }
}
