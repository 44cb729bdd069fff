package org.googlenet.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Identifies a checkpoint by the round after which it was written and the term that wrote it:
 * {@code 000120-0003}. Ordered by round, then by term.
 */
public record CheckpointId(int round, int term) implements Comparable<CheckpointId> {

  private static final Pattern FORM = Pattern.compile("(\\d{6,9})-(\\d{4,9})");
  private static final Comparator<CheckpointId> ORDER =
      Comparator.comparingInt(CheckpointId::round).thenComparingInt(CheckpointId::term);

  public CheckpointId {
    if (round < 0 || term < 1) {
      throw new IllegalArgumentException("round " + round + " of term " + term);
    }
  }

  /** Parses an id; empty if the text is not exactly what {@link #toString} returns for some id. */
  public static Optional<CheckpointId> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || Integer.parseInt(form.group(2)) == 0) {
      return Optional.empty();
    }
    CheckpointId id =
        new CheckpointId(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
    return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static CheckpointId of(String text) {
    return parse(text)
        .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no checkpoint's name"));
  }

  /** The folder of the blobs, as a name in the run's store. */
  String folder() {
    return Manifest.FOLDER + "/" + this;
  }

  /** The manifest, as a name in the run's store. */
  String manifest() {
    return folder() + ".json";
  }

  @Override
  public int compareTo(CheckpointId other) {
    return ORDER.compare(this, other);
  }

  @Override
  @JsonValue
  public String toString() {
    return String.format(Locale.ROOT, "%06d-%04d", round, term);
  }
}
