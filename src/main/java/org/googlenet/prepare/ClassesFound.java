package org.googlenet.prepare;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.googlenet.data.IndexOptions;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Labels;

/** Decides on the classes of a data set by the labels that its shards have. */
final class ClassesFound {

  private final IndexOptions options;
  private final Map<String, String> shardsOfLabels;
  private final TreeSet<Long> numbers = new TreeSet<>();
  private final TreeSet<String> names = new TreeSet<>();

  /**
   * For the labels of all good records.
   *
   * @param shardsOfLabels the labels, each with a shard that has it
   */
  ClassesFound(IndexOptions options, Map<String, String> shardsOfLabels) {
    this.options = options;
    this.shardsOfLabels = shardsOfLabels;
    for (String label : shardsOfLabels.keySet()) {
      if (IndexOptions.isNumber(label)) {
        numbers.add(Long.parseLong(label));
      } else {
        names.add(label);
      }
    }
  }

  /**
   * The classes, in their order: those that were given, or the names that the shards have for
   * numbers, or the numbers from the first class to the largest, or the names, sorted.
   *
   * @param namesOfNumbers what the shards call the classes of numbers
   * @throws DataProblem if some labels are numbers and some are names
   */
  Labels labels(SortedMap<String, String> namesOfNumbers) {
    if (!options.classNames().isEmpty()) {
      return new Labels(options.classNames(), options.labelBase());
    }
    if (!numbers.isEmpty() && !names.isEmpty()) {
      String number = Long.toString(numbers.first());
      throw new DataProblem(
          "labels are numbers and names: '%s' in shard %s, '%s' in shard %s; name the classes by --class-names or --classes, or another field by --label-field"
              .formatted(
                  number,
                  shardsOfLabels.get(number),
                  names.first(),
                  shardsOfLabels.get(names.first())));
    }
    return new Labels(
        names.isEmpty() ? named(namesOfNumbers) : List.copyOf(names), options.labelBase());
  }

  private List<String> named(SortedMap<String, String> namesOfNumbers) {
    long last = numbers.isEmpty() ? options.labelBase() : numbers.last();
    for (String number : namesOfNumbers.keySet()) {
      last = Math.max(last, Long.parseLong(number));
    }
    Set<String> once = new HashSet<>();
    Set<String> twice = new HashSet<>();
    namesOfNumbers.values().stream().filter(name -> !once.add(name)).forEach(twice::add);
    List<String> all = new ArrayList<>();
    for (long number = options.labelBase(); number <= last; number++) {
      String name = namesOfNumbers.getOrDefault(Long.toString(number), Long.toString(number));
      all.add(twice.contains(name) ? name + " (" + number + ")" : name);
    }
    return all;
  }

  /** What a user may want to know of the classes, in lines. */
  List<String> remarks(Labels labels) {
    Set<String> withRecords = new HashSet<>(names);
    for (long number : numbers) {
      withRecords.add(labels.classNames().get((int) (number - labels.first())));
    }
    List<String> empty =
        labels.classNames().stream().filter(name -> !withRecords.contains(name)).toList();
    if (empty.isEmpty()) {
      return List.of();
    }
    boolean isFromOne =
        labels.first() == 0 && !numbers.isEmpty() && numbers.first() == 1 && names.isEmpty();
    return List.of(
        String.format(
            Locale.ROOT,
            "%d of %d classes have no record: %s%s%s",
            empty.size(),
            labels.classes(),
            String.join(", ", empty.subList(0, Math.min(10, empty.size()))),
            empty.size() > 10 ? ", ..." : "",
            isFromOne ? "; if labels are numbered from 1, give --label-base 1" : ""));
  }
}
