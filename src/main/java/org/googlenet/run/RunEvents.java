package org.googlenet.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.storage.ObjectStore;

/**
 * Reads the events that a run has stored with its checkpoints, in their order: those of its history
 * only. What a driver wrote after it had lost the run, or before a rewind beyond it, is left out.
 */
public final class RunEvents {

  private static final String EXTENSION = ".jsonl";

  private RunEvents() {}

  /**
   * The lines of JSON, an event each; empty if there are none yet.
   *
   * @param run the run's folder
   * @throws CheckpointProblem if a term is damaged
   */
  public static List<String> lines(ObjectStore run) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String name : names(run, RunHistory.read(run)).values()) {
      try (var in = run.read(name)) {
        new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(lines::add);
      } catch (FileNotFoundException e) {
        // It was listed, and a driver that begins the run anew has moved it since.
      }
    }
    return lines;
  }

  /**
   * The lines that were stored with a checkpoint, in their order; empty if there are none.
   *
   * @param run the run's folder
   */
  public static List<String> linesOf(ObjectStore run, CheckpointId checkpoint) throws IOException {
    try (var in = run.read(RunFiles.EVENTS + "/" + checkpoint + EXTENSION)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** The files of the history, by the checkpoints with which they were written. */
  private static SortedMap<CheckpointId, String> names(ObjectStore run, RunHistory history)
      throws IOException {
    Map<Integer, Integer> lastRounds = new TreeMap<>();
    List<Term.Link> chain = history.chain();
    for (int i = 0; i < chain.size(); i++) {
      lastRounds.put(chain.get(i).term(), i == 0 ? Integer.MAX_VALUE : chain.get(i).lastRound());
    }
    SortedMap<CheckpointId, String> names = new TreeMap<>();
    for (ObjectStore.Entry entry : run.list(RunFiles.EVENTS + "/")) {
      id(entry.name())
          .filter(id -> id.round() <= lastRounds.getOrDefault(id.term(), -1))
          .ifPresent(id -> names.put(id, entry.name()));
    }
    return names;
  }

  private static Optional<CheckpointId> id(String name) {
    return name.endsWith(EXTENSION)
        ? CheckpointId.parse(
            name.substring(RunFiles.EVENTS.length() + 1, name.length() - EXTENSION.length()))
        : Optional.empty();
  }
}
