package org.googlenet.recipe;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.model.LayerTraining;
import org.googlenet.model.Parts;

/**
 * Which layers a recipe trains when, and how fast; layers by the names of {@link Parts}.
 *
 * @param freeze what stays as it is
 * @param unfreeze what is trained after all from the beginning of an epoch on, by the epoch's
 *     number, the first being 1
 * @param rates what the learning rate is multiplied by; if several names stand for a layer, a
 *     single layer counts before its part, and a part before a run
 */
public record FineTuning(
    List<String> freeze, SortedMap<Integer, List<String>> unfreeze, SortedMap<String, Double> rates)
    implements Serializable {

  /** All layers are trained alike. */
  public static final FineTuning NONE =
      new FineTuning(List.of(), Collections.emptySortedMap(), Collections.emptySortedMap());

  public FineTuning {
    freeze = List.copyOf(freeze);
    unfreeze = Collections.unmodifiableSortedMap(new TreeMap<>(unfreeze));
    rates = Collections.unmodifiableSortedMap(new TreeMap<>(rates));
  }

  /** How the layers are trained in an epoch, counted from 0. */
  public LayerTraining in(int epoch) {
    Set<String> frozen = new LinkedHashSet<>(Parts.layers(freeze));
    unfreeze.headMap(epoch + 2).values().forEach(names -> frozen.removeAll(Parts.layers(names)));
    return new LayerTraining(frozen, ratesByLayer());
  }

  /** How they are trained once nothing is left to be unfrozen: most of them. */
  public LayerTraining atLast() {
    return in(unfreeze.isEmpty() ? 0 : unfreeze.lastKey() - 1);
  }

  private Map<String, Double> ratesByLayer() {
    Map<String, Double> byLayer = new LinkedHashMap<>();
    rates.keySet().stream()
        .sorted(Comparator.comparing(Parts::exactness))
        .forEach(name -> Parts.layers(name).forEach(layer -> byLayer.put(layer, rates.get(name))));
    return byLayer;
  }

  /** A name that has no meaning in a recipe, and why. */
  record Mistake(Key<?> key, String name, String why) {}

  /** What is said in vain, or leaves nothing to train. */
  List<Mistake> mistakes() {
    List<Mistake> mistakes = new ArrayList<>();
    if (in(0).frozen().containsAll(Parts.layers())) {
      mistakes.add(
          new Mistake(
              FineTuningKeys.FREEZE,
              freeze.toString(),
              "leaves nothing to train; leave out what is to learn, such as main"));
    }
    unfreeze.forEach(
        (epoch, names) -> {
          Set<String> before = in(epoch - 2).frozen();
          names.stream()
              .filter(name -> Collections.disjoint(before, Parts.layers(name)))
              .forEach(
                  name ->
                      mistakes.add(
                          new Mistake(
                              FineTuningKeys.UNFREEZE,
                              name,
                              "is not frozen before epoch %s; leave it out".formatted(epoch))));
        });
    Set<String> always = atLast().frozen();
    rates.keySet().stream()
        .filter(name -> always.containsAll(Parts.layers(name)))
        .forEach(
            name ->
                mistakes.add(
                    new Mistake(
                        FineTuningKeys.RATES,
                        name,
                        "is frozen throughout; leave it out, or unfreeze it")));
    overlappingRuns().forEach(mistakes::add);
    return mistakes;
  }

  private List<Mistake> overlappingRuns() {
    List<Mistake> mistakes = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String name : rates.keySet()) {
      if (Parts.exactness(name) == 0) {
        Set<String> layers = Parts.layers(name);
        if (!Collections.disjoint(seen, layers)) {
          mistakes.add(
              new Mistake(FineTuningKeys.RATES, name, "overlaps another run; give them apart"));
        }
        seen.addAll(layers);
      }
    }
    return mistakes;
  }
}
