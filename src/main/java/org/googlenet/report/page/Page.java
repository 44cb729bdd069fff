package org.googlenet.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.googlenet.report.EventText;

/**
 * Writes the report of one or several runs as one HTML file that needs nothing else: no file beside
 * it and no network, which its own policy forbids.
 *
 * <p>uPlot draws the plots; each has a table of the same values, which also shows where scripts are
 * not allowed.
 */
public final class Page {

  private static final String UPLOT = asset("uPlot.iife.min.js");
  private static final String SCRIPT = asset("page.js");
  private static final String STYLE = asset("uPlot.min.css") + asset("page.css");

  private static final List<List<String>> SECTIONS =
      List.of(
          List.of("learning", "Is it learning?"),
          List.of("health", "Is it healthy?"),
          List.of("time", "Where does the time go?"),
          List.of("mistakes", "What does it get wrong?"),
          List.of("data", "What is in the data?"),
          List.of("recipe", "What exactly ran?"));

  private Page() {}

  /**
   * The page, in ASCII.
   *
   * @param runs at least one, in their order
   * @param now when it is made, which it says
   */
  public static byte[] of(List<Shown> runs, Instant now) {
    Draft draft = new Draft(named(runs));
    Html html = draft.html();
    String title = title(draft.runs());
    html.raw("<!DOCTYPE html>\n").open("html", "lang", "en");
    head(html, title);
    html.open("body").open("header").element("h1", title);
    html.element("p", "As of " + EventText.time(now), "class", "note");
    navigation(html);
    html.close().open("main");
    StateSection.write(draft);
    LearningSection.write(draft);
    HealthSection.write(draft);
    TimeSection.write(draft);
    MistakesSection.write(draft);
    DataSection.write(draft);
    RecipeSection.write(draft);
    html.close();
    html.open("footer")
        .element(
            "p",
            "Drag over a plot to look closer, and double-click to go back. Made by googlenet-spark; plots by uPlot"
                + " (MIT licence).");
    html.close();
    html.open("script", "type", "application/json", "id", "plots");
    html.raw(PlotData.of(draft.plots())).close();
    html.open("script").raw(UPLOT).close();
    html.open("script").raw(SCRIPT).close();
    html.close().close();
    return html.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** Runs of the same name are told apart by where they are. */
  private static List<Shown> named(List<Shown> runs) {
    long names = runs.stream().map(run -> run.data().name()).distinct().count();
    return names == runs.size() ? runs : runs.stream().map(Shown::namedByPlace).toList();
  }

  private static String title(List<Shown> runs) {
    String names = runs.stream().map(run -> run.data().name()).collect(Collectors.joining(", "));
    return (runs.size() == 1 ? "Training " : "Trainings ") + names;
  }

  private static void head(Html html, String title) {
    html.open("head").empty("meta", "charset", "utf-8");
    html.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src "
            + hash(UPLOT)
            + " "
            + hash(SCRIPT));
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    html.empty("link", "rel", "icon", "href", "data:,");
    html.element("title", title).open("style").raw(STYLE).close().close();
  }

  private static void navigation(Html html) {
    html.open("nav", "aria-label", "Sections").open("ul");
    for (List<String> section : SECTIONS) {
      html.open("li").element("a", section.get(1), "href", "#" + section.get(0)).close();
    }
    html.close().close();
  }

  /** A script that may run, by its content. */
  private static String hash(String script) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] digest = sha256.digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String asset(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + ": is not in the jar; build it anew");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
