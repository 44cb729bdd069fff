package org.googlenet.export;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** Finds what some outputs of a network depend on, so that the rest can be left out. */
final class Ancestors {

  private Ancestors() {}

  /** The vertices and inputs that are read for some vertices, these included. */
  static Set<String> of(ComputationGraphConfiguration configuration, Collection<String> vertices) {
    Set<String> found = new HashSet<>();
    Deque<String> left = new ArrayDeque<>(vertices);
    while (!left.isEmpty()) {
      String vertex = left.pop();
      if (found.add(vertex)) {
        left.addAll(configuration.getVertexInputs().getOrDefault(vertex, List.of()));
      }
    }
    return found;
  }
}
