package org.googlenet.run;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The records of its training data that a run has passed over because they cannot be used: each
 * once, in the order in which the rounds first met them. {@value #NAME} has one per line, as JSON;
 * it is a blob of each checkpoint that has any, and a file of the run.
 */
public record Quarantine(List<Entry> entries) {

  public static final String NAME = "quarantine.jsonl";

  /** That of a run that has met none. */
  public static final Quarantine NONE = new Quarantine(List.of());

  public Quarantine {
    entries = List.copyOf(entries);
  }

  /**
   * A record that cannot be used.
   *
   * @param shard its shard's name in the data set
   * @param position in the shard, from 0
   * @param key null if it could not be read
   * @param kind what is wrong with it: {@code record}, {@code label} or {@code image}
   * @param reason the same in one line
   * @param round that first met it, from 1
   */
  public record Entry(
      String shard, int position, String key, String kind, String reason, int round) {

    public Entry {
      Objects.requireNonNull(shard, "shard");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(reason, "reason");
    }

    /** Where the record lies and what is wrong with it, in one line. */
    @Override
    public String toString() {
      return "shard " + shard + ": " + reason;
    }

    private Place place() {
      return new Place(shard, position);
    }
  }

  private record Place(String shard, int position) {}

  /** How many records there are. */
  public int size() {
    return entries.size();
  }

  /** The same and, behind them, those of other entries that it does not have yet. */
  public Quarantine with(List<Entry> others) {
    if (others.isEmpty()) {
      return this;
    }
    List<Entry> all = new ArrayList<>(entries);
    Set<Place> places = new HashSet<>();
    entries.forEach(entry -> places.add(entry.place()));
    others.stream().filter(entry -> places.add(entry.place())).forEach(all::add);
    return new Quarantine(all);
  }

  /** One line of JSON for each entry; the same entries give the same bytes. */
  public byte[] toJsonLines() {
    StringBuilder lines = new StringBuilder();
    entries.forEach(entry -> lines.append(Json.line(entry)).append('\n'));
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #toJsonLines} wrote.
   *
   * @param source names the object in an error message
   * @throws CheckpointProblem if it is anything else
   */
  public static Quarantine fromJsonLines(byte[] bytes, String source) {
    return new Quarantine(
        new String(bytes, StandardCharsets.UTF_8)
            .lines()
            .map(line -> Json.read(line.getBytes(StandardCharsets.UTF_8), Entry.class, source))
            .toList());
  }
}
