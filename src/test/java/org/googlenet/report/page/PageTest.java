package org.googlenet.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.googlenet.report.JsonLines;
import org.googlenet.report.RoundTime;
import org.googlenet.report.TrainingEvent;
import org.googlenet.run.Outcome;
import org.junit.jupiter.api.Test;

/** The report of a run, from its lines to HTML. */
class PageTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static String page(Shown... runs) {
    return new String(Page.of(List.of(runs), NOW), StandardCharsets.US_ASCII);
  }

  private static Shown run(int rounds) {
    return LongRun.shown("runs/long", LongRun.lines(rounds));
  }

  private static Shown with(TrainingEvent... last) {
    List<String> lines = new ArrayList<>(LongRun.lines(4));
    for (TrainingEvent event : last) {
      lines.add(JsonLines.line(event, NOW));
    }
    return LongRun.shown("runs/long", lines);
  }

  private static JsonNode plots(String page) throws IOException {
    Matcher data =
        Pattern.compile("<script type=\"application/json\" id=\"plots\">(.*?)</script>")
            .matcher(page);
    assertThat(data.find()).isTrue();
    return JSON.readTree(data.group(1));
  }

  private static List<Double> numbers(JsonNode array) {
    List<Double> all = new ArrayList<>();
    array.forEach(number -> all.add(number.asDouble()));
    return all;
  }

  @Test
  void namesThatLookLikeHtmlStayText() {
    String page = page(run(4));
    assertThat(page)
        .doesNotContain("<img src=x", "</script><img", "\u2028")
        .contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;&#8232;")
        .matches(Pattern.compile("\\p{ASCII}*"));
    assertThat(Pattern.compile("<script").matcher(page).results().count()).isEqualTo(3);
  }

  @Test
  void aNameThatLooksLikeHtmlStaysTextInTheDataOfThePlots() throws IOException {
    Plot plot =
        new Plot(
            "plot0",
            "t",
            "u",
            Plot.Kind.LINES,
            List.of(Plot.Series.of(LongRun.HOSTILE, new Points(List.of(1.0), List.of(2.0)), 0)));
    String json = PlotData.of(List.of(plot));
    assertThat(json).doesNotContain("<", ">", "&", "\u2028");
    assertThat(JSON.readTree(json).at("/0/series/0/name").asText()).isEqualTo(LongRun.HOSTILE);
  }

  @Test
  void tenThousandRoundsAreASmallPageThatKeepsTheirExtremes() throws IOException {
    String page = page(run(10_000));
    assertThat(page.length()).isLessThan(600_000);
    JsonNode loss = plots(page).at("/0/series/0");
    assertThat(loss.path("x")).hasSizeBetween(300, 1000);
    assertThat(numbers(loss.path("y"))).contains(9.87, 0.0123);
    assertThat(numbers(loss.path("x"))).contains(1.0, 3333.0, 5000.0, 10_000.0).isSorted();
    // And so does the table of the same values.
    assertThat(page).contains("to 9.87)", "(0.0123 to ");
  }

  @Test
  void fewRoundsAreShownAsTheyAre() throws IOException {
    String page = page(run(30));
    assertThat(numbers(plots(page).at("/0/series/0/x"))).hasSize(30);
    assertThat(page).contains("<th scope=\"row\">17</th>");
  }

  @Test
  void aFailureAndTheWayOnComeFirst() {
    String page =
        page(
            with(
                new TrainingEvent.RunFailed(
                    "long", "runs/long", 7, "s3a://b: cannot be reached; try again")));
    assertThat(page.indexOf("It failed (exit code 7)"))
        .isPositive()
        .isLessThan(page.indexOf("Is it learning?</h2>"));
    assertThat(page)
        .contains("s3a://b: cannot be reached; try again", "goes on from checkpoint 000004-0001")
        .contains("googlenet train runs/long/recipe.yaml\n");
  }

  @Test
  void theCommandThatRepeatsARunBeginsWithTheSameModel() {
    assertThat(page(run(2))).contains("googlenet train runs/long/recipe.yaml --run long-again<");
    String fromModel = page(with(new TrainingEvent.Initialised("models/v 1", "cafe")));
    assertThat(fromModel).contains("--run long-again --init-from ").contains("models/v 1");
  }

  @Test
  void partsOfTimeThatAreNotKnownAreNotShownAsNone() {
    double nan = Double.NaN;
    RoundTime unknown = new RoundTime(nan, nan, nan, nan, nan, nan, nan, List.of());
    RunData data =
        new RunReader("runs/x")
            .addLines(List.of(JsonLines.line(new TrainingEvent.RoundTimed(1, 2.5, unknown), NOW)))
            .data();
    assertThat(TimeParts.of(data).goodput()).isEmpty();
  }

  @Test
  void anInterruptedRunSaysHowToGoOn() {
    String page = page(with(new TrainingEvent.Interrupted("000004-0001", 4)));
    assertThat(page).contains("It was interrupted, and its state is saved", "000004-0001");
  }

  @Test
  void aStoredRunEndsAsItsOutcomeSays() {
    RunReader reader = new RunReader("runs/long").addLines(LongRun.lines(4));
    assertThat(reader.data().ending().kind()).isEqualTo(Ending.Kind.RUNNING);
    Outcome failed = new Outcome(5, "diverged", null, 1);
    Ending ending = reader.endedAs(Ending.of(failed)).data().ending();
    assertThat(ending).isEqualTo(new Ending(Ending.Kind.FAILED, "diverged", 5, "000004-0001"));
    assertThat(Ending.of(new Outcome(0, "finished", null, 1)).kind())
        .isEqualTo(Ending.Kind.FINISHED);
    assertThat(Ending.of(new Outcome(143, "interrupted", null, 1)).kind())
        .isEqualTo(Ending.Kind.INTERRUPTED);
    assertThat(Ending.of(new Outcome(143, "round 6 could not be saved", null, 1)).kind())
        .isEqualTo(Ending.Kind.FAILED);
    assertThat(Ending.of(new Outcome(null, "running", null, 1)).kind())
        .isEqualTo(Ending.Kind.RUNNING);
  }

  @Test
  void roundsThatARewindMadeVoidAreNotShown() {
    Shown run =
        with(new TrainingEvent.Rewound("loss NaN in round 5", "000002-0001", 2, 1, 3, 0.05));
    assertThat(run.data().rounds()).hasSize(2);
    assertThat(run.data().timed()).hasSize(2);
    assertThat(page(run)).contains("loss NaN in round 5", "Times that it went back");
  }

  @Test
  void aResumedRunIsOneCurveAndTwoDrivers() {
    List<String> lines = new ArrayList<>(LongRun.lines(4));
    List<String> again = LongRun.lines(6);
    // A new driver goes on from round 2: it trains rounds 3 and 4 again.
    lines.add(again.get(0));
    lines.add(JsonLines.line(new TrainingEvent.Resumed("000002-0001", 2, 16), NOW));
    lines.addAll(again.subList(2 + 2 * 2, again.size()));
    RunData data = LongRun.shown("runs/long", lines).data();
    assertThat(data.rounds())
        .extracting(TrainingEvent.RoundFinished::round)
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(data.drivers())
        .extracting(RunData.Driver::resumed)
        .containsExactly("", "000002-0001");
    assertThat(data.plannedRounds()).isEqualTo(6);
  }

  @Test
  void severalRunsAreSideBySide() throws IOException {
    Shown other = LongRun.shown("elsewhere/long", LongRun.lines(8));
    String page = page(run(4), other);
    assertThat(plots(page).at("/0/series")).hasSize(4);
    assertThat(plots(page).at("/0/series/1/name").asText()).isEqualTo("elsewhere/long");
    assertThat(page).contains("<h2>runs/long</h2>", "<h2>elsewhere/long</h2>");
  }

  @Test
  void aPictureThatIsNotThereHasItsReason() {
    Pictures none =
        new Pictures() {
          @Override
          public Picture of(String shard, int position) {
            return Picture.missing(shard + " at " + position + " is gone");
          }

          @Override
          public DataLook look() {
            return DataLook.missing("The training data is gone.");
          }
        };
    assertThat(page(new Shown(run(4).data(), none, Optional.empty())))
        .contains("no picture: validation-00000.tar at 3 is gone", "The training data is gone.")
        .doesNotContain("<img");
  }

  @Test
  void linesOfTheFirstVersionAreReadAsFarAsTheyGo() {
    List<String> old =
        List.of(
            "{\"event\":\"runStarted\",\"run\":\"old\",\"location\":\"runs/old\",\"rounds\":2}",
            "{\"event\":\"roundFinished\",\"round\":1,\"rounds\":2,\"loss\":{\"main\":\"NaN\",\"aux1\":2.5},"
                + "\"remaining\":3.5}",
            "{\"event\":\"somethingLater\",\"x\":1}",
            "{\"event\":\"roundFini");
    Shown run =
        new Shown(new RunReader("runs/old").addLines(old).data(), Pictures.NONE, Optional.empty());
    assertThat(run.data().rounds()).hasSize(1);
    assertThat(run.data().rounds().get(0).loss().byHead())
        .isEqualTo(Map.of("main", Double.NaN, "aux1", 2.5));
    assertThat(page(run)).contains("Its events do not tell where its time went.");
  }

  @Test
  void everyEventIsReadBackAsItWasWritten() {
    for (String line : LongRun.lines(2)) {
      EventLine read = EventLine.parse(line).orElseThrow();
      assertThat(JsonLines.line(read.event(), read.time())).isEqualTo(line);
    }
  }

  @Test
  void theChampionIsALineBesideTheRun() throws IOException {
    String page = page(run(200));
    JsonNode top1 = plots(page).get(1).path("series");
    assertThat(top1.get(1).path("name").asText()).isEqualTo("champion monday-000040-0001");
    assertThat(numbers(top1.get(1).path("y"))).containsExactly(70.0, 70.0);
    assertThat(numbers(top1.get(0).path("low")).get(0))
        .isLessThan(top1.get(0).path("y").get(0).asDouble());
  }

  @Test
  void wilsonsIntervalIsThatOfTheBooks() {
    // Newcombe 1998, table I: 81 of 263.
    Interval interval = Interval.of(81 / 263.0, 263);
    assertThat(interval.low()).isEqualTo(0.2553, org.assertj.core.api.Assertions.within(5e-5));
    assertThat(interval.high()).isEqualTo(0.3662, org.assertj.core.api.Assertions.within(5e-5));
    assertThat(Interval.of(0, 20).low()).isZero();
  }

  @Test
  void goodputIsTheShareOfStepsThatCount() {
    RunData data = run(100).data();
    assertThat(TimeParts.of(data).goodput().orElseThrow())
        .isEqualTo(100 * 6.5 / 800, org.assertj.core.api.Assertions.within(1e-9));
    assertThat(TimeParts.of(data).totals())
        .containsEntry("evaluation", 2.0)
        .containsKey("everything else");
  }

  @Test
  void commandsCanBeGivenToAShell() {
    assertThat(Commands.quoted("s3a://bucket/runs/a/recipe.yaml"))
        .isEqualTo("s3a://bucket/runs/a/recipe.yaml");
    assertThat(Commands.quoted("/home/o'neil/a b")).isEqualTo("'/home/o'\\''neil/a b'");
  }

  @Test
  void thePageAllowsItselfNoNetwork() {
    assertThat(page(run(4)))
        .contains("content=\"default-src &#39;none&#39;; img-src data:")
        .doesNotContain("src=\"http", "href=\"http", "@import", "url(");
  }
}
