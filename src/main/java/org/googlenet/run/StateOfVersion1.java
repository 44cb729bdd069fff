package org.googlenet.run;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.run.StateFile.Arithmetic;
import org.googlenet.run.StateFile.Counters;
import org.googlenet.run.StateFile.Data;
import org.googlenet.run.StateFile.Initial;
import org.googlenet.run.StateFile.Kept;

/** Reads a {@code state.json} of version 0.1.0: counters, and everything else as labelled text. */
final class StateOfVersion1 {

  private static final int VERSION = 1;
  private static final String IDENTITY = "identity.";

  private StateOfVersion1() {}

  static StateFile read(Metadata state, String source) {
    Map<String, String> labels = state.labels();
    return new StateFile(
        VERSION,
        new Counters(
            integer(required(state.counters(), "round", source), "round", source),
            integer(required(state.counters(), "step", source), "step", source),
            required(state.counters(), "examples", source),
            integer(state.counters().getOrDefault("rewinds", 0L), "rewinds", source),
            state.counters().getOrDefault("leftOver", 0L)),
        identity(labels),
        new Data(
            required(labels, "dataset", source),
            labels.containsKey("classNames")
                ? List.of(labels.get("classNames").split("\n"))
                : List.of(),
            labels.getOrDefault("augmentation", "none")),
        labels.containsKey("initFrom")
            ? new Initial(labels.get("initFrom"), labels.get("initParametersSha256"))
            : null,
        new Arithmetic(
            labels.get("engine"),
            labels.get("instructions"),
            labels.get("precision"),
            number(labels, "threads", source)),
        labels.containsKey("kept.term")
            ? new Kept(
                number(labels, "kept.term", source),
                labels.get("kept.owner"),
                labels.get("kept.after"))
            : null);
  }

  private static SortedMap<String, String> identity(Map<String, String> labels) {
    SortedMap<String, String> identity = new TreeMap<>();
    labels.forEach(
        (label, value) -> {
          if (label.startsWith(IDENTITY)) {
            identity.put(label.substring(IDENTITY.length()), value);
          }
        });
    return identity;
  }

  private static <V> V required(Map<String, V> values, String name, String source) {
    V value = values.get(name);
    if (value == null) {
      throw damaged(source, "it has no '" + name + "'");
    }
    return value;
  }

  private static int integer(long value, String name, String source) {
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw damaged(source, "its '" + name + "' is " + value);
    }
    return (int) value;
  }

  private static Integer number(Map<String, String> labels, String name, String source) {
    String text = labels.get(name);
    try {
      return text == null ? null : Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw damaged(source, "its '%s' is %s".formatted(name, text));
    }
  }

  private static CheckpointProblem damaged(String source, String why) {
    return new CheckpointProblem(
        "%s: is damaged: %s; go on from another checkpoint".formatted(source, why));
  }
}
