package org.googlenet.recipe;

import static org.googlenet.recipe.Section.name;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.common.DurationText;
import org.googlenet.common.SizeText;
import org.googlenet.model.LossWeights;
import org.googlenet.recipe.Recipe.Averaging;
import org.googlenet.recipe.Recipe.OuterKind;

/** A recipe as nested maps with every key written out, in the order of a recipe file. */
final class RecipeTree {

  private RecipeTree() {}

  static Map<String, Object> of(Recipe recipe) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("run", recipe.run());
    tree.put("output", recipe.output());
    tree.put("models", recipe.models());
    tree.put("data", data(recipe.data()));
    tree.put("model", model(recipe.model()));
    tree.put("loss", loss(recipe.loss()));
    tree.put("input", input(recipe.input()));
    tree.put("training", training(recipe.training()));
    tree.put("optimizer", optimizer(recipe.optimizer()));
    tree.put("learningRate", learningRate(recipe.learningRate()));
    tree.put("averaging", averaging(recipe.averaging()));
    tree.put("divergence", divergence(recipe.divergence()));
    tree.put("checkpoint", checkpoint(recipe.checkpoint()));
    tree.put("evaluation", evaluation(recipe.evaluation()));
    return tree;
  }

  /** The leaves of such a tree by their paths. */
  static SortedMap<String, String> flat(Map<String, Object> tree) {
    SortedMap<String, String> leaves = new TreeMap<>();
    flatten("", tree, leaves);
    return leaves;
  }

  private static void flatten(String path, Object value, Map<String, String> leaves) {
    if (value instanceof Map<?, ?> fields) {
      fields.forEach((key, inner) -> flatten(KnownKeys.join(path, (String) key), inner, leaves));
    } else {
      leaves.put(path, value.toString());
    }
  }

  private static Map<String, Object> data(Recipe.Data data) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("train", data.train());
    tree.put("validation", data.validation());
    tree.put("cache", cache(data.cache()));
    return tree;
  }

  private static Map<String, Object> cache(Recipe.Cache cache) {
    if (cache.bytes() == 0) {
      return Map.of("size", "none");
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("size", SizeText.format(cache.bytes()));
    tree.put("folder", cache.folder());
    return tree;
  }

  private static Map<String, Object> model(Recipe.Model model) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("classes", model.classes());
    tree.put("side", model.side());
    tree.put("initialisation", name(model.initialisation()));
    tree.put("bias", model.bias());
    tree.put("dropout", List.of(model.dropout().main(), model.dropout().aux()));
    return tree;
  }

  private static Map<String, Object> loss(LossWeights loss) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("main", loss.main());
    tree.put("aux1", loss.aux1());
    tree.put("aux2", loss.aux2());
    return tree;
  }

  private static Map<String, Object> input(Recipe.Input input) {
    return Map.of("augmentation", name(input.augmentation()));
  }

  private static Map<String, Object> training(Recipe.Training training) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("batch", training.batch());
    tree.put(name(training.length().unit()), training.length().count());
    tree.put("seed", training.seed());
    tree.put("engine", name(training.engine()));
    tree.put("precision", name(training.precision()));
    tree.put("convolution", name(training.convolution()));
    return tree;
  }

  private static Map<String, Object> optimizer(Recipe.Optimizer optimizer) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("momentum", optimizer.momentum());
    tree.put("weightDecay", optimizer.weightDecay());
    tree.put("clipNorm", optimizer.clipNorm());
    return tree;
  }

  private static Map<String, Object> learningRate(LearningRate rate) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("schedule", name(rate.schedule()));
    tree.put("base", rate.base());
    if (rate instanceof LearningRate.Step step) {
      tree.put("every", step.every());
      tree.put("factor", step.factor());
    } else if (rate instanceof LearningRate.Polynomial polynomial) {
      tree.put("power", polynomial.power());
    } else if (rate instanceof LearningRate.Cosine cosine) {
      tree.put("floor", cosine.floor());
    }
    tree.put("warmUp", rate.warmUp());
    return tree;
  }

  private static Map<String, Object> averaging(Averaging averaging) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("workers", averaging.workers());
    tree.put("localSteps", localSteps(averaging.localSteps()));
    boolean auto = averaging.threads() == Averaging.AUTO_THREADS;
    tree.put("threads", auto ? "auto" : averaging.threads());
    tree.put("outer", outer(averaging.outer()));
    tree.put("compression", name(averaging.compression()));
    tree.put("quorum", averaging.quorum());
    tree.put("master", name(averaging.master()));
    return tree;
  }

  private static Map<String, Object> localSteps(LocalSteps steps) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("schedule", name(steps.schedule()));
    if (steps instanceof LocalSteps.Constant constant) {
      tree.put("value", constant.value());
    } else if (steps instanceof LocalSteps.Growing growing) {
      tree.put("value", growing.value());
      tree.put("every", growing.every());
      tree.put("factor", growing.factor());
      tree.put("most", growing.most());
    } else if (steps instanceof LocalSteps.WarmUp warmUp) {
      tree.put("value", warmUp.value());
      tree.put("warmUp", warmUp.warmUp());
    }
    return tree;
  }

  private static Map<String, Object> outer(Recipe.Outer outer) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("kind", name(outer.kind()));
    if (outer.kind() != OuterKind.AVERAGE) {
      tree.put("momentum", outer.momentum());
      tree.put("rate", outer.rate());
    }
    return tree;
  }

  private static Map<String, Object> divergence(Recipe.Divergence divergence) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("action", name(divergence.action()));
    if (divergence.action() != Recipe.DivergenceAction.STOP) {
      tree.put("times", divergence.times());
      tree.put("rate", divergence.rate());
    }
    return tree;
  }

  private static Map<String, Object> checkpoint(Recipe.Checkpoint checkpoint) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("every", checkpoint.every());
    tree.put("keepLast", checkpoint.keepLast());
    tree.put("keepBest", checkpoint.keepBest());
    tree.put("keepEvery", checkpoint.keepEvery());
    tree.put("lease", DurationText.format(checkpoint.lease()));
    return tree;
  }

  private static Map<String, Object> evaluation(Recipe.Evaluation evaluation) {
    return Map.of("every", evaluation.every());
  }
}
