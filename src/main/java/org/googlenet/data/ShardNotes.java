package org.googlenet.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.data.format.DataProblem;

/**
 * What a scan found in a shard beside good records; it is kept with the shard's index, so that a
 * later run can tell it without reading the shard.
 *
 * @param bad what cannot be used, in the shard's order
 * @param passedOver what is no record and does not belong to one, by kind
 * @param classNames the names that the shard has for numbers of classes; none if the user gave some
 */
public record ShardNotes(
    List<Bad> bad, SortedMap<String, Passed> passedOver, SortedMap<String, String> classNames)
    implements Serializable {

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Something that cannot be used.
   *
   * @param position among what was found in the shard, from 0
   * @param line names the shard, the record and the remedy
   */
  public record Bad(Defect kind, int position, String line) implements Serializable {}

  /**
   * Things of one kind that were passed over.
   *
   * @param count of all
   * @param first the first of their names, sorted
   */
  public record Passed(long count, List<String> first) implements Serializable {

    private static final int NAMED = 3;

    public Passed {
      first = List.copyOf(first.subList(0, Math.min(NAMED, first.size())));
    }

    /** One more thing. */
    public static Passed of(String name) {
      return new Passed(1, List.of(name));
    }

    /** The two together. */
    public Passed plus(Passed more) {
      List<String> names = new ArrayList<>(first);
      names.addAll(more.first);
      names.sort(Comparator.naturalOrder());
      return new Passed(count + more.count, names);
    }
  }

  public ShardNotes {
    bad = List.copyOf(bad);
    passedOver = new TreeMap<>(passedOver);
    classNames = new TreeMap<>(classNames);
  }

  byte[] toBytes() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("notes always have a JSON form", e);
    }
  }

  /**
   * Reads notes.
   *
   * @param where the index's name, for messages
   * @throws DataProblem if they are damaged
   */
  static ShardNotes parse(byte[] bytes, String where) {
    try {
      return JSON.readValue(bytes, ShardNotes.class);
    } catch (IOException | IllegalArgumentException e) {
      throw new DataProblem(where + ": has damaged notes; delete it and run the command again", e);
    }
  }
}
