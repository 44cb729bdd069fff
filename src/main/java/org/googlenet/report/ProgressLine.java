package org.googlenet.report;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.googlenet.report.TrainingEvent.RoundFinished;

/**
 * The line that shows a round on a terminal: as many of its parts as the terminal has room for, the
 * most important first, each whole.
 */
final class ProgressLine {

  private static final int MOST_CELLS = 10;
  private static final int LEAST_CELLS = 3;

  /** In the order in which they stand; the smaller the rank, the more important. */
  private enum Part {
    ROUND(0),
    BAR(8),
    REMAINING(1),
    MAIN_LOSS(2),
    OTHER_LOSSES(6),
    LEARNING_RATE(7),
    SPEED(5),
    WAITING(4),
    BAD_RECORDS(3);

    final int rank;

    Part(int rank) {
      this.rank = rank;
    }
  }

  private static final List<Part> BY_RANK =
      Stream.of(Part.values()).sorted(Comparator.comparingInt(part -> part.rank)).toList();

  private ProgressLine() {}

  /**
   * The line of a round.
   *
   * @param columns of the terminal; the last one stays free, since some terminals wrap behind it
   */
  static String of(RoundFinished round, int columns) {
    Map<Part, String> parts = parts(round);
    Map<Part, String> taken = new EnumMap<>(Part.class);
    int room = columns - 1;
    for (Part part : BY_RANK) {
      String text = parts.getOrDefault(part, "");
      boolean isSaid = part != Part.OTHER_LOSSES || taken.containsKey(Part.MAIN_LOSS);
      if (isSaid && text.length() <= room) {
        taken.put(part, text);
        room -= text.length();
      }
    }
    int cells = Math.min(MOST_CELLS, room - " []".length());
    if (cells >= LEAST_CELLS) {
      taken.put(Part.BAR, " " + bar(round, cells));
    }
    return String.join("", taken.values());
  }

  private static Map<Part, String> parts(RoundFinished round) {
    Map<Part, String> parts = new EnumMap<>(Part.class);
    parts.put(Part.ROUND, EventText.format("round %d/%d", round.round(), round.rounds()));
    parts.put(Part.REMAINING, " " + EventText.shortly(round.remaining()) + " left");
    String losses = round.loss().toString();
    String main = round.loss().first();
    parts.put(Part.MAIN_LOSS, ", " + main);
    parts.put(Part.OTHER_LOSSES, losses.substring(main.length()));
    parts.put(Part.LEARNING_RATE, EventText.format(", lr %.3g", round.learningRate()));
    parts.put(Part.SPEED, EventText.format(", %.1f images/s", round.imagesPerSecond()));
    parts.put(Part.WAITING, EventText.waiting(round.waitShare()));
    if (round.quarantined() > 0) {
      parts.put(
          Part.BAD_RECORDS,
          ", " + EventText.count(round.quarantined(), "bad record") + " passed over");
    }
    return parts;
  }

  private static String bar(RoundFinished round, int cells) {
    int full = (int) ((long) cells * round.round() / Math.max(1, round.rounds()));
    int shown = Math.min(cells, full);
    return "[" + "#".repeat(shown) + "-".repeat(cells - shown) + "]";
  }
}
