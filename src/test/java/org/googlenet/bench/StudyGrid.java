package org.googlenet.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The runs of the convergence study, as a YAML file lists them.
 *
 * <p>The file is a list of groups. A group is an object of recipe keys, and {@code examples} for
 * the length of its runs; where a value is a list, the group has a run for each of its elements,
 * and for each combination where several values are. A run that two groups have is done once.
 */
final class StudyGrid {

  private static final String EXAMPLES = "examples";

  private StudyGrid() {}

  /**
   * Reads the runs, in the order of the file; within a group the last key changes fastest.
   *
   * @param grid text of the grid
   * @param recipe text of the recipe that the runs' settings are laid over
   * @param source the recipe's file
   * @param common settings of all runs
   */
  static List<StudyRun> read(
      String grid, String recipe, String source, Map<String, Object> common) {
    Map<String, StudyRun> runs = new LinkedHashMap<>();
    for (Map<String, Object> group : groups(grid)) {
      for (Map<String, Object> settings : combinations(group)) {
        long examples = examples(settings);
        settings.putAll(common);
        StudyRun run = StudyRun.of(recipe, source, settings, examples);
        runs.putIfAbsent(run.name(), run);
      }
    }
    return List.copyOf(runs.values());
  }

  private static List<Map<String, Object>> groups(String grid) {
    try {
      return new YAMLMapper().readValue(grid, new TypeReference<List<Map<String, Object>>>() {});
    } catch (IOException e) {
      throw new BenchmarkProblem("the grid is no list of objects: " + e.getMessage());
    }
  }

  private static long examples(Map<String, Object> settings) {
    if (settings.remove(EXAMPLES) instanceof Number examples) {
      return examples.longValue();
    }
    throw new BenchmarkProblem("the grid: " + settings + ": has no number of examples");
  }

  private static List<Map<String, Object>> combinations(Map<String, Object> group) {
    List<Map<String, Object>> all = List.of(Map.of());
    for (Map.Entry<String, Object> entry : group.entrySet()) {
      List<Map<String, Object>> longer = new ArrayList<>();
      for (Map<String, Object> settings : all) {
        for (Object value : values(entry.getValue())) {
          Map<String, Object> next = new LinkedHashMap<>(settings);
          next.put(entry.getKey(), value);
          longer.add(next);
        }
      }
      all = longer;
    }
    return all;
  }

  private static List<?> values(Object value) {
    return value instanceof List<?> list ? list : List.of(value);
  }
}
