package org.googlenet.model;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * The order that DL4J chooses for a network's vertices, in which it also lays out their parameters.
 */
public final class TopologicalOrder {

  private TopologicalOrder() {}

  /** The names of inputs and vertices, each after those that it reads. */
  public static List<String> of(ComputationGraphConfiguration configuration) {
    var indices = new ComputationGraph(configuration).calculateIndices();
    return Arrays.stream(indices.getTopologicalSortOrder())
        .mapToObj(indices.getIdxToName()::get)
        .toList();
  }
}
