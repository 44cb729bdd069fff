package org.googlenet.model;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The names by which a recipe speaks of GoogLeNet's layers: parts, single layers, a run of parts
 * such as {@code stem..4e}, and layers of several heads.
 *
 * <p>The parts are {@code stem} (everything in front of 3a), the blocks {@code 3a} to {@code 5b},
 * and the heads {@code main}, {@code aux1} and {@code aux2}; a run is of the stem and blocks, both
 * ends included. {@value #CLASSIFIERS} are those of all heads, {@value #AUXILIARY} is all of both
 * auxiliary heads. A layer is one with parameters, called as its vertex: {@code conv1}, {@code
 * 3a.3x3.reduce}, {@code aux1.fc1}. It stands for the batch normalisation behind it, too, if the
 * network has one. The vertices {@code aux1} and {@code aux2} are the heads' classifiers, but the
 * names are those of the heads.
 */
public final class Parts {

  /** The classifiers of all heads. */
  public static final String CLASSIFIERS = "classifiers";

  /** All of both auxiliary heads. */
  public static final String AUXILIARY = "auxiliary";

  private static final String TO = "..";
  private static final String NORMALISATION = ".bn";

  /** The layers of each part, in the order of the network. */
  private static final Map<String, List<String>> LAYERS = layersByPart();

  /** What a run may be of, in order. */
  private static final List<String> TRUNK =
      LAYERS.keySet().stream().filter(part -> !GoogLeNet.HEADS.contains(part)).toList();

  private Parts() {}

  private static Map<String, List<String>> layersByPart() {
    Map<String, List<String>> layers = new LinkedHashMap<>();
    layers.put("stem", List.of("conv1", "conv2", "conv3"));
    for (InceptionBlock block : GoogLeNet.BLOCKS) {
      String name = block.name();
      layers.put(
          name,
          List.of(
              name + ".1x1",
              name + ".3x3.reduce",
              name + ".3x3",
              name + ".5x5.reduce",
              name + ".5x5",
              name + ".pool.project"));
    }
    for (String head : GoogLeNet.HEADS) {
      layers.put(
          head, head.equals("main") ? List.of(head) : List.of(head + ".conv", head + ".fc1", head));
    }
    return layers;
  }

  /** All layers with parameters, in the order of the network. */
  public static Set<String> layers() {
    return ordered(LAYERS.values().stream().flatMap(List::stream));
  }

  /**
   * The layers that a name stands for, in the order of the network.
   *
   * @throws ModelProblem if there is no such name
   */
  public static Set<String> layers(String name) {
    Set<String> found = find(name);
    if (found.isEmpty()) {
      throw new ModelProblem(name + ": must be " + allowed(name));
    }
    return found;
  }

  /**
   * The layers that some names stand for.
   *
   * @throws ModelProblem if one of the names does not exist
   */
  public static Set<String> layers(Collection<String> names) {
    return ordered(names.stream().flatMap(name -> layers(name).stream()));
  }

  /** The layers that a name stands for, in the order of the network; none if there is no such. */
  public static Set<String> find(String name) {
    if (name.equals(CLASSIFIERS)) {
      return ordered(GoogLeNet.HEADS.stream());
    }
    List<String> parts = LAYERS.containsKey(name) ? List.of(name) : several(name);
    return parts.isEmpty() && layers().contains(name)
        ? Set.of(name)
        : ordered(parts.stream().flatMap(part -> LAYERS.get(part).stream()));
  }

  /** The parts of a run, or the auxiliary heads; none if it is neither. */
  private static List<String> several(String name) {
    if (name.equals(AUXILIARY)) {
      return GoogLeNet.HEADS.subList(1, GoogLeNet.HEADS.size());
    }
    int at = name.indexOf(TO);
    if (at < 0) {
      return List.of();
    }
    int first = TRUNK.indexOf(name.substring(0, at));
    int last = TRUNK.indexOf(name.substring(at + TO.length()));
    return first < 0 || last < first ? List.of() : TRUNK.subList(first, last + 1);
  }

  /**
   * How exactly a name says what it means: 0 for a run or layers of several heads, 1 for a part, 2
   * for a single layer.
   */
  public static int exactness(String name) {
    return LAYERS.containsKey(name) ? 1 : layers().contains(name) ? 2 : 0;
  }

  /** What a name must be, in words; those near a wrong one are named. */
  public static String allowed(String name) {
    String part = name.replaceFirst("\\..*", "");
    String layers =
        LAYERS.containsKey(part) && !name.contains(TO)
            ? String.join(", ", LAYERS.get(part))
            : "3a.1x1";
    return "one of %s, %s, %s, a run of the stem and blocks in their order such as stem..4e, or a single layer such as %s"
        .formatted(String.join(", ", LAYERS.keySet()), CLASSIFIERS, AUXILIARY, layers);
  }

  private static Set<String> ordered(Stream<String> layers) {
    return layers.collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The layer that a vertex belongs to: itself, or the one whose results it normalises. */
  public static String layer(String vertex) {
    return vertex.endsWith(NORMALISATION)
        ? vertex.substring(0, vertex.length() - NORMALISATION.length())
        : vertex;
  }
}
