package org.googlenet.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Entry;
import org.googlenet.model.Parts;

/**
 * Lays tensors into the parameters of a network, and says what did not fit.
 *
 * @param taken how many tensors were taken
 * @param fresh layers that were to keep their fresh weights
 * @param missing parameters that the source does not have
 * @param surplus tensors of the source that the network does not have
 * @param misshapen tensors of another shape than the network's, with both shapes
 */
public record Fitting(
    int taken,
    List<String> fresh,
    List<String> missing,
    List<String> surplus,
    List<String> misshapen) {

  /** How many of a kind a message names. */
  private static final int NAMED = 3;

  /**
   * Writes into the flat parameters what fits.
   *
   * @param flat the fresh parameters, of which those that fit are replaced
   * @param replace layers that keep their fresh weights, by the names of {@link Parts}
   * @throws WeightsProblem if a tensor that fits has values that are not floating point or no
   *     finite numbers
   */
  public static Fitting of(
      NetworkTensors source, ParameterLayout layout, float[] flat, List<String> replace) {
    Replaced replaced = Replaced.of(replace, layout);
    for (Entry entry : layout.entries()) {
      Tensor tensor = source.tensors().get(entry.name());
      boolean isTaken = tensor != null && !replaced.has(entry.vertex()) && fits(tensor, entry);
      if (isTaken) {
        FlatTensors.write(entry, values(source, entry.name(), tensor), flat);
      }
    }
    return ofShapes(source, layout, replace);
  }

  /** What would fit by the shapes, before there is memory for a network. */
  public static Fitting ofShapes(
      NetworkTensors source, ParameterLayout layout, List<String> replace) {
    Replaced replaced = Replaced.of(replace, layout);
    Set<String> surplus = new TreeSet<>(source.tensors().keySet());
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    int taken = 0;
    for (Entry entry : layout.entries()) {
      surplus.remove(entry.name());
      Tensor tensor = source.tensors().get(entry.name());
      if (replaced.has(entry.vertex())) {
        continue;
      }
      if (tensor == null) {
        missing.add(entry.name());
      } else if (!fits(tensor, entry)) {
        misshapen.add(
            "%s is %s and not %s"
                .formatted(source.shown(entry.name()), tensor.shape(), FlatTensors.shape(entry)));
      } else {
        taken++;
      }
    }
    surplus.removeIf(name -> replaced.has(name.substring(0, name.lastIndexOf('_'))));
    List<String> others = new ArrayList<>(surplus.stream().map(source::shown).toList());
    others.addAll(source.unknown());
    return new Fitting(taken, replaced.vertices(), missing, others, misshapen);
  }

  private static boolean fits(Tensor tensor, Entry entry) {
    return tensor.shape().equals(FlatTensors.shape(entry));
  }

  private static float[] values(NetworkTensors source, String name, Tensor tensor) {
    String named = source.source() + ": " + source.shown(name);
    float[] values;
    try {
      values = tensor.values();
    } catch (WeightsProblem e) {
      throw new WeightsProblem(named + ": " + e.getMessage(), e);
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new WeightsProblem(
            "%s: has the value %s; the file is damaged, or its training diverged"
                .formatted(named, value));
      }
    }
    return values;
  }

  /** Whether the source had all parameters of the network, and no others. */
  public boolean isWhole() {
    return missing.isEmpty() && surplus.isEmpty() && misshapen.isEmpty();
  }

  /** What did not fit, a line for each kind with all names. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    line(lines, "missing, so fresh", missing);
    line(lines, "of another shape, so fresh", misshapen);
    line(lines, "not of the network, so left out", surplus);
    return lines;
  }

  private static void line(List<String> lines, String kind, List<String> names) {
    if (!names.isEmpty()) {
      lines.add(
          String.format(Locale.ROOT, "%d %s: %s", names.size(), kind, String.join(", ", names)));
    }
  }

  /**
   * Refuses a source that does not fit.
   *
   * @param source what messages call it
   * @param network the network in a few words
   * @param replacing how layers are given fresh weights where the user is, a format of their names:
   *     {@code start.replace: [%s]}
   * @param otherwise how what fits is taken there: {@code start.strict: false}
   * @throws WeightsProblem if a tensor is missing, surplus or misshapen
   */
  public void requireWhole(String source, String network, String replacing, String otherwise) {
    if (isWhole()) {
      return;
    }
    List<String> parts = new ArrayList<>();
    part(parts, "has another shape", "have another shape", misshapen);
    part(parts, "is missing", "are missing", missing);
    part(parts, "is not of the network", "are not of the network", surplus);
    throw new WeightsProblem(
        "%s: does not fit the network (%s): %s; %stake what fits by %s"
            .formatted(source, network, String.join("; ", parts), remedy(replacing), otherwise));
  }

  private static void part(List<String> parts, String one, String several, List<String> names) {
    if (!names.isEmpty()) {
      parts.add(
          String.format(
              Locale.ROOT,
              "%d %s: %s%s",
              names.size(),
              names.size() == 1 ? one : several,
              names.stream().limit(NAMED).collect(Collectors.joining(", ")),
              names.size() > NAMED ? ", ..." : ""));
    }
  }

  private String remedy(String replacing) {
    boolean isOfClassifiers = misshapen.stream().anyMatch(Replaced::isOfClassifier);
    boolean isOfSide = misshapen.stream().anyMatch(name -> name.contains(".fc1_"));
    boolean lacksHeads = missing.stream().allMatch(Replaced::isOfAuxiliary) && !missing.isEmpty();
    List<String> names = new ArrayList<>();
    if (isOfClassifiers) {
      names.add(Parts.CLASSIFIERS);
    }
    if (lacksHeads) {
      names.add(Parts.AUXILIARY);
    } else if (isOfSide) {
      names.add("aux1.fc1");
      names.add("aux2.fc1");
    }
    return names.isEmpty()
        ? ""
        : "give fresh weights to them by %s, or "
            .formatted(replacing.formatted(String.join(",", names)));
  }
}
