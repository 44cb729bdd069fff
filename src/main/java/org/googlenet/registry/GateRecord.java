package org.googlenet.registry;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Json;

/**
 * What the gate decided about a challenger and one champion, and on which numbers, as stored in
 * {@code gates/<version>-against-0007.json} of a folder of models. The same comparison gives the
 * same bytes again.
 *
 * @param decision {@value #YES}, {@value #NO} or {@value #CHAMPION_ALREADY}
 * @param reason one line
 * @param champion null if there was none yet
 * @param promotion the number of the champion's promotion; 0 if there was no champion yet
 * @param data path or URI of the data set that both were evaluated on
 * @param fingerprint of that data set
 * @param records how many it has
 * @param unread how many of them could not be read, for one of the models at least, and do not
 *     count; null if there are none
 * @param difference top-1 of the challenger minus the champion's, in percentage points
 * @param onlyChallenger number of records that only the challenger classifies correctly
 * @param onlyChampion number of records that only the champion classifies correctly
 * @param p the probability that chance alone explains these two numbers
 * @param margin the smallest difference that was required
 * @param significance the largest p that was accepted
 * @param minimumTop1 what a first champion had to reach, in percent; null if not given
 */
public record GateRecord(
    String decision,
    String reason,
    Model challenger,
    Model champion,
    int promotion,
    String data,
    String fingerprint,
    long records,
    @JsonInclude(JsonInclude.Include.NON_NULL) Long unread,
    Double difference,
    Integer onlyChallenger,
    Integer onlyChampion,
    Double p,
    double margin,
    double significance,
    Double minimumTop1) {

  private static final Pattern NAME =
      Pattern.compile(Models.GATES + "/.+-against-(\\d{4,9})\\.json");

  public static final String YES = "yes";
  public static final String NO = "no";
  public static final String CHAMPION_ALREADY = "champion already";

  /**
   * One of the two models.
   *
   * @param version what it is, or would be, called among promoted models
   * @param location path or URI
   * @param top1 share of the records that it classifies correctly, 0 to 1; null if not known
   */
  public record Model(String version, String location, String parametersSha256, Double top1) {

    public Model {
      if (!Models.isVersion(version)) {
        throw new IllegalArgumentException("version '" + version + "'");
      }
      Objects.requireNonNull(location, "location");
      Objects.requireNonNull(parametersSha256, "parametersSha256");
    }
  }

  public GateRecord {
    Objects.requireNonNull(decision, "decision");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(challenger, "challenger");
  }

  /** Whether the challenger may become the champion. */
  @JsonIgnore
  public boolean isYes() {
    return !decision.equals(NO);
  }

  /** Writes the decision beside the models, replacing an earlier one about the same two. */
  public void write(Models models) throws IOException {
    models.store().overwrite(name(challenger.version, promotion), Json.body(this));
  }

  /**
   * The decision about a challenger and the champion of a promotion; empty if there is none.
   *
   * @throws CheckpointProblem if it is damaged
   */
  public static Optional<GateRecord> find(Models models, String version, int promotion)
      throws IOException {
    String name = name(version, promotion);
    try {
      return Optional.of(Json.read(models.store(), name, GateRecord.class));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (CheckpointProblem e) {
      throw new CheckpointProblem(
          models.store().location()
              + "/"
              + name
              + ": is damaged; delete it, or run 'googlenet gate' again",
          e);
    }
  }

  private static String name(String version, int promotion) {
    return String.format(Locale.ROOT, "%s/%s-against-%04d.json", Models.GATES, version, promotion);
  }

  /** The number of the promotion in a record's name; empty for any other name. */
  static Optional<Integer> promotion(String name) {
    Matcher form = NAME.matcher(name);
    return form.matches() ? Optional.of(Integer.parseInt(form.group(1))) : Optional.empty();
  }

  /** The numbers by names of their own, for the metrics of a promotion. */
  Map<String, Double> metrics() {
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("gate.yes", isYes() ? 1.0 : 0.0);
    put(metrics, "gate.top1", challenger.top1);
    put(metrics, "gate.championTop1", champion == null ? null : champion.top1);
    put(metrics, "gate.records", records);
    put(metrics, "gate.unread", unread);
    put(metrics, "gate.difference", difference);
    put(metrics, "gate.onlyChallenger", onlyChallenger);
    put(metrics, "gate.onlyChampion", onlyChampion);
    put(metrics, "gate.p", p);
    return metrics;
  }

  private static void put(Map<String, Double> metrics, String name, Number value) {
    if (value != null) {
      metrics.put(name, value.doubleValue());
    }
  }
}
