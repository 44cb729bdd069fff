package org.googlenet.weights;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Entry;
import org.googlenet.model.Parts;

/** The layers that keep their fresh weights although others are there to begin with. */
record Replaced(Set<String> layers) {

  private static final Set<String> AUXILIARY_LAYERS = Parts.layers(Parts.AUXILIARY);

  /**
   * @param names as {@link Parts} has them
   * @throws WeightsProblem if a name is of no layer
   */
  static Replaced of(List<String> names, ParameterLayout layout) {
    Set<String> replaced = new HashSet<>();
    for (String name : names) {
      Set<String> found = Parts.find(name);
      if (found.isEmpty()) {
        throw new WeightsProblem(
            "%s: there is no such layer to replace; name %s".formatted(name, Parts.allowed(name)));
      }
      replaced.addAll(found);
    }
    return new Replaced(
        layout.entries().stream()
            .map(Entry::vertex)
            .filter(vertex -> replaced.contains(Parts.layer(vertex)))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** Whether a message about a tensor is about a classifier's. */
  static boolean isOfClassifier(String tensor) {
    return GoogLeNet.HEADS.stream().anyMatch(head -> tensor.startsWith(head + "_"));
  }

  /** Whether a parameter is one of an auxiliary head. */
  static boolean isOfAuxiliary(String parameter) {
    return AUXILIARY_LAYERS.contains(
        Parts.layer(parameter.substring(0, parameter.lastIndexOf('_'))));
  }

  boolean has(String vertex) {
    return layers.contains(vertex);
  }

  List<String> vertices() {
    return new ArrayList<>(layers);
  }
}
