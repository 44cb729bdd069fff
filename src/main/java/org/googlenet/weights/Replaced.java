package org.googlenet.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Entry;

/**
 * The layers that keep their fresh weights although others are there to begin with.
 *
 * <p>A name is {@value #CLASSIFIERS} (of all heads), {@value #AUXILIARY} (all of both auxiliary
 * heads), a layer with parameters, such as {@code aux1.fc1}, or what the names of several layers
 * begin with, such as {@code 5b}.
 */
record Replaced(Set<String> layers) {

  static final String CLASSIFIERS = "classifiers";
  static final String AUXILIARY = "auxiliary";

  private static final List<String> AUXILIARY_HEADS =
      GoogLeNet.HEADS.subList(1, GoogLeNet.HEADS.size());

  /**
   * @throws WeightsProblem if a name is of no layer
   */
  static Replaced of(List<String> names, ParameterLayout layout) {
    Set<String> replaced = new TreeSet<>();
    for (String name : names) {
      Set<String> found = new TreeSet<>();
      for (Entry entry : layout.entries()) {
        if (isMeant(name, entry.vertex(), layout)) {
          found.add(entry.vertex());
        }
      }
      if (found.isEmpty()) {
        throw new WeightsProblem(
            "%s: there is no such layer to replace; name %s, %s, a block such as 5b or a layer such as aux1.fc1"
                .formatted(name, CLASSIFIERS, AUXILIARY));
      }
      replaced.addAll(found);
    }
    return new Replaced(replaced);
  }

  private static boolean isMeant(String name, String vertex, ParameterLayout layout) {
    return switch (name) {
      case CLASSIFIERS -> GoogLeNet.HEADS.contains(vertex);
      case AUXILIARY -> AUXILIARY_HEADS.stream().anyMatch(head -> isIn(head, vertex));
      default ->
          layout.of(name).isEmpty()
              ? isIn(name, vertex)
              : vertex.equals(name) || vertex.equals(name + ParameterNames.NORMALISED);
    };
  }

  private static boolean isIn(String part, String vertex) {
    return vertex.equals(part) || vertex.startsWith(part + ".");
  }

  /** Whether a message about a tensor is about a classifier's. */
  static boolean isOfClassifier(String tensor) {
    return GoogLeNet.HEADS.stream().anyMatch(head -> tensor.startsWith(head + "_"));
  }

  /** Whether a parameter is one of an auxiliary head. */
  static boolean isOfAuxiliary(String parameter) {
    return AUXILIARY_HEADS.stream()
        .anyMatch(head -> parameter.startsWith(head + "_") || parameter.startsWith(head + "."));
  }

  boolean has(String vertex) {
    return layers.contains(vertex);
  }

  List<String> vertices() {
    return new ArrayList<>(layers);
  }
}
