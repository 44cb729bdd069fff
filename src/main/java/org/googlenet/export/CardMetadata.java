package org.googlenet.export;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The metadata block at the head of a model card, in the YAML that Hugging Face's programs read.
 * Texts are quoted as in JSON, which YAML takes.
 *
 * @param version the model's name
 * @param license its identifier; empty if unknown
 * @see <a href="https://github.com/huggingface/hub-docs/blob/main/modelcard.md">its keys</a>
 */
record CardMetadata(String version, Optional<String> license, List<CardResult> results) {

  CardMetadata {
    results = List.copyOf(results);
  }

  /** With the lines that begin and end it. */
  String yaml() {
    List<String> lines = new ArrayList<>();
    lines.add("---");
    lines.add("license: " + license.map(CardMetadata::quoted).orElse("unknown"));
    lines.add("library_name: googlenet-spark");
    lines.add("pipeline_tag: image-classification");
    lines.add("tags:");
    for (String tag : List.of("image-classification", "googlenet", "inception", "deeplearning4j")) {
      lines.add("- " + tag);
    }
    if (!results.isEmpty()) {
      lines.add("metrics:");
      lines.add("- accuracy");
      lines.add("model-index:");
      lines.add("- name: " + quoted(version));
      lines.add("  results:");
      byData().forEach((data, measured) -> lines.addAll(result(data, measured)));
    }
    lines.add("---");
    return String.join("\n", lines) + "\n";
  }

  private Map<String, List<CardResult>> byData() {
    Map<String, List<CardResult>> byData = new LinkedHashMap<>();
    for (CardResult result : results) {
      String name = "%s, %s".formatted(result.data().orElse("unknown"), result.when());
      byData.computeIfAbsent(name, key -> new ArrayList<>()).add(result);
    }
    return byData;
  }

  private static List<String> result(String data, List<CardResult> measured) {
    List<String> lines = new ArrayList<>();
    lines.add("  - task:");
    lines.add("      type: image-classification");
    lines.add("    dataset:");
    lines.add("      name: " + quoted(data));
    lines.add("      type: googlenet-spark");
    lines.add("    metrics:");
    for (CardResult result : measured) {
      lines.add("    - type: " + result.metric().type());
      lines.add("      name: " + result.metric().text());
      lines.add(String.format(Locale.ROOT, "      value: %.6f", result.value()));
    }
    return lines;
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
