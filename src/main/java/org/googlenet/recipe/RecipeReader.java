package org.googlenet.recipe;

import static org.googlenet.recipe.Interval.above;
import static org.googlenet.recipe.Interval.below;
import static org.googlenet.recipe.Interval.closed;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.googlenet.data.image.Augmentation;
import org.googlenet.engine.Convolution;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.Precision;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LossWeights;
import org.googlenet.recipe.Recipe.Averaging;
import org.googlenet.recipe.Recipe.Cache;
import org.googlenet.recipe.Recipe.Checkpoint;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.recipe.Recipe.Data;
import org.googlenet.recipe.Recipe.Divergence;
import org.googlenet.recipe.Recipe.DivergenceAction;
import org.googlenet.recipe.Recipe.Dropout;
import org.googlenet.recipe.Recipe.Evaluation;
import org.googlenet.recipe.Recipe.Input;
import org.googlenet.recipe.Recipe.Length;
import org.googlenet.recipe.Recipe.Master;
import org.googlenet.recipe.Recipe.Model;
import org.googlenet.recipe.Recipe.Optimizer;
import org.googlenet.recipe.Recipe.Outer;
import org.googlenet.recipe.Recipe.OuterKind;
import org.googlenet.recipe.Recipe.Training;

/** Every key of a recipe with its default and range, read off a tree in the order of the file. */
final class RecipeReader {

  private static final int MANY = 1_000_000_000;
  private static final int MOST_STEPS = 1_000_000;
  private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
  private static final Pattern LOCATION = Pattern.compile("\\S|\\S[^\\p{Cntrl}]*\\S");
  private static final String A_LOCATION = "a path or URI on one line, without spaces around it";

  private RecipeReader() {}

  /**
   * Reads a recipe.
   *
   * @param defaultRun the run id of a recipe that names none
   * @param problems where everything that is wrong goes; the result counts only if that is nothing
   */
  static Recipe read(Node tree, String defaultRun, Problems problems) {
    Section root = Section.root(tree, problems);
    String run = run(root, defaultRun);
    String output = root.text("output", "runs", LOCATION, A_LOCATION);
    String models = root.text("models", "models", LOCATION, A_LOCATION);
    Data data = data(root.section("data"));
    Model model = model(root.section("model"));
    LossWeights loss = loss(root.section("loss"));
    Input input = input(root.section("input"));
    Section trainingSection = root.section("training");
    Training training = training(trainingSection);
    Optimizer optimizer = optimizer(root.section("optimizer"));
    LearningRate learningRate = learningRate(root.section("learningRate"));
    Averaging averaging = averaging(root.section("averaging"));
    refuseWhatDl4jsEngineCannot(averaging.master(), training, trainingSection);
    Recipe recipe =
        new Recipe(
            run,
            output,
            models,
            data,
            model,
            loss,
            input,
            training,
            optimizer,
            learningRate,
            averaging,
            divergence(root.section("divergence")),
            checkpoint(root.section("checkpoint")),
            evaluation(root.section("evaluation")));
    root.end();
    return recipe;
  }

  private static String run(Section root, String defaultRun) {
    String allowed = "1 to 128 of A-Z a-z 0-9 . _ -, not starting with a dot";
    if (!root.has("run") && !RUN_ID.matcher(defaultRun).matches()) {
      root.missing("run", "the file's name gives no run id; give one: " + allowed);
    }
    return root.text("run", defaultRun, RUN_ID, allowed);
  }

  private static Data data(Section s) {
    Data data =
        new Data(location(s, "train"), location(s, "validation"), cache(s.section("cache")));
    s.end();
    return data;
  }

  private static Cache cache(Section s) {
    long bytes = s.isText("size", "none") ? 0 : s.bytes("size", 0);
    Cache cache = new Cache(bytes, s.text("folder", Cache.AUTO_FOLDER, LOCATION, A_LOCATION));
    if (bytes == 0) {
      s.unused("data.cache none", "folder");
    }
    s.end();
    return cache;
  }

  private static String location(Section s, String key) {
    if (!s.has(key)) {
      s.missing(key, "give the path or URI of a data set");
    }
    return s.text(key, "", LOCATION, A_LOCATION);
  }

  private static Model model(Section s) {
    Model model =
        new Model(
            s.integer("classes", 1000, 2, 100_000),
            s.integer("side", 224, 65, 1024),
            s.choice("initialisation", Initialisation.HE),
            s.real("bias", 0, closed(-1, 1)),
            dropout(s.reals("dropout", List.of(0.4, 0.7), below(0, 1))));
    s.end();
    return model;
  }

  private static Dropout dropout(List<Double> mainAndAux) {
    return new Dropout(mainAndAux.get(0), mainAndAux.get(1));
  }

  private static LossWeights loss(Section s) {
    LossWeights loss =
        new LossWeights(
            s.real("main", 1.0, above(0, 100)),
            s.real("aux1", 0.3, closed(0, 100)),
            s.real("aux2", 0.3, closed(0, 100)));
    s.end();
    return loss;
  }

  private static Input input(Section s) {
    Input input = new Input(s.choice("augmentation", Augmentation.Kind.NONE));
    s.end();
    return input;
  }

  private static Training training(Section s) {
    Training training =
        new Training(
            s.integer("batch", 32, 1, 4096),
            length(s),
            s.whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
            s.choice("engine", EngineKind.AUTO),
            s.choice("precision", Precision.FP32),
            s.choice("convolution", Convolution.AUTO));
    s.end();
    return training;
  }

  private static void refuseWhatDl4jsEngineCannot(Master master, Training training, Section s) {
    if (master == Master.DL4J && training.engine() == EngineKind.ONEDNN) {
      s.refuse("engine", "onednn", "averaging.master dl4j has no such engine; use dl4j");
    }
    if (master != Master.DL4J && training.engine() != EngineKind.DL4J) {
      return;
    }
    String cannot =
        master == Master.DL4J
            ? "averaging.master dl4j cannot do this; use "
            : "needs training.engine onednn or auto; use one of them, or ";
    if (training.precision() != Precision.FP32) {
      s.refuse("precision", Section.name(training.precision()), cannot + "fp32");
    }
    if (training.convolution() != Convolution.AUTO) {
      s.refuse("convolution", Section.name(training.convolution()), cannot + "auto");
    }
  }

  private static Length length(Section s) {
    boolean byEpochs = s.has("epochs");
    boolean byRounds = s.has("rounds");
    int epochs = s.integer("epochs", 1, 1, 1_000_000);
    int rounds = s.integer("rounds", 1, 1, MANY);
    if (byEpochs && byRounds) {
      s.refuse(
          "rounds", Integer.toString(rounds), "training.epochs is given too; keep one of them");
    } else if (!byEpochs && !byRounds) {
      s.missing("epochs", "give training.epochs or training.rounds, 1 or more");
    }
    return byRounds ? Length.rounds(rounds) : Length.epochs(epochs);
  }

  private static Optimizer optimizer(Section s) {
    Optimizer optimizer =
        new Optimizer(
            s.real("momentum", 0.9, below(0, 1)),
            s.real("weightDecay", 0.0002, closed(0, 1)),
            s.real("clipNorm", 5, closed(0, MANY)));
    s.end();
    return optimizer;
  }

  private static LearningRate learningRate(Section s) {
    LearningRate.Schedule schedule = s.choice("schedule", LearningRate.Schedule.POLYNOMIAL);
    double base = s.real("base", 0.01, above(0, 10));
    int warmUp = s.integer("warmUp", 0, 0, MANY);
    LearningRate rate =
        switch (schedule) {
          case CONSTANT -> new LearningRate.Constant(base, warmUp);
          case STEP ->
              new LearningRate.Step(
                  base,
                  every(s, "give the global steps between two steps of the schedule"),
                  s.real("factor", 0.1, above(0, 1)),
                  warmUp);
          case POLYNOMIAL ->
              new LearningRate.Polynomial(base, s.real("power", 1, above(0, 10)), warmUp);
          case COSINE -> new LearningRate.Cosine(base, s.real("floor", 0, closed(0, base)), warmUp);
        };
    String beside = "learningRate.schedule " + Section.name(schedule);
    if (schedule != LearningRate.Schedule.STEP) {
      s.unused(beside, "every", "factor");
    }
    if (schedule != LearningRate.Schedule.POLYNOMIAL) {
      s.unused(beside, "power");
    }
    if (schedule != LearningRate.Schedule.COSINE) {
      s.unused(beside, "floor");
    }
    s.end();
    return rate;
  }

  private static int every(Section s, String remedy) {
    if (!s.has("every")) {
      s.missing("every", remedy);
    }
    return s.integer("every", 1, 1, MANY);
  }

  private static Averaging averaging(Section s) {
    Section localSteps = s.section("localSteps");
    Section outer = s.section("outer");
    Averaging averaging =
        new Averaging(
            s.integer("workers", 2, 1, 65_536),
            localSteps(localSteps),
            threads(s),
            outer(outer),
            s.choice("compression", Compression.NONE),
            s.real("quorum", 1.0, above(0, 1)),
            s.choice("master", Master.OWN));
    if (averaging.master() == Master.DL4J) {
      refuseWhatDl4jCannot(averaging, s, localSteps, outer);
    }
    s.end();
    return averaging;
  }

  private static void refuseWhatDl4jCannot(
      Averaging averaging, Section s, Section localSteps, Section outer) {
    String cannot = "averaging.master dl4j cannot do this; use averaging.master own, or ";
    if (averaging.outer().kind() != OuterKind.AVERAGE) {
      outer.refuse("kind", Section.name(averaging.outer().kind()), cannot + "average");
    }
    if (averaging.localSteps().schedule() != LocalSteps.Schedule.CONSTANT) {
      localSteps.refuse(
          "schedule", Section.name(averaging.localSteps().schedule()), cannot + "constant");
    }
    if (averaging.compression() != Compression.NONE) {
      s.refuse("compression", Section.name(averaging.compression()), cannot + "none");
    }
    if (averaging.quorum() != 1.0) {
      s.refuse("quorum", Double.toString(averaging.quorum()), cannot + "1.0");
    }
  }

  private static LocalSteps localSteps(Section s) {
    LocalSteps.Schedule schedule = s.choice("schedule", LocalSteps.Schedule.CONSTANT);
    int value = s.integer("value", 16, 1, MOST_STEPS);
    LocalSteps steps =
        switch (schedule) {
          case CONSTANT -> new LocalSteps.Constant(value);
          case GROWING ->
              new LocalSteps.Growing(
                  value,
                  every(s, "give the global steps between two multiplications"),
                  s.integer("factor", 2, 2, 100),
                  most(s, value));
          case WARMUP -> new LocalSteps.WarmUp(value, warmUp(s));
        };
    String beside = "averaging.localSteps.schedule " + Section.name(schedule);
    if (schedule != LocalSteps.Schedule.GROWING) {
      s.unused(beside, "every", "factor", "most");
    }
    if (schedule != LocalSteps.Schedule.WARMUP) {
      s.unused(beside, "warmUp");
    }
    s.end();
    return steps;
  }

  private static int most(Section s, int value) {
    if (!s.has("most")) {
      s.missing("most", "give the local steps to grow to");
    }
    return s.integer("most", value, value, MOST_STEPS);
  }

  private static int warmUp(Section s) {
    if (!s.has("warmUp")) {
      s.missing("warmUp", "give the global steps to make one a round");
    }
    return s.integer("warmUp", 1, 1, MOST_STEPS);
  }

  private static int threads(Section s) {
    return s.isText("threads", "auto")
        ? Averaging.AUTO_THREADS
        : s.integer("threads", Averaging.AUTO_THREADS, 1, 1024);
  }

  private static Outer outer(Section s) {
    OuterKind kind = s.choice("kind", OuterKind.AVERAGE);
    Interval momentum = below(0, 1);
    Interval rate = above(0, 10);
    Outer outer =
        switch (kind) {
          case AVERAGE -> new Outer(kind, 0, 1);
          case SLOWMO ->
              new Outer(kind, s.real("momentum", 0.7, momentum), s.real("rate", 1, rate));
          case BMUF -> new Outer(kind, s.real("momentum", 0.9, momentum), s.real("rate", 1, rate));
          case NESTEROV ->
              new Outer(kind, s.real("momentum", 0.9, momentum), s.real("rate", 0.7, rate));
        };
    if (kind == OuterKind.AVERAGE) {
      s.unused("averaging.outer average", "momentum", "rate");
    }
    s.end();
    return outer;
  }

  private static Divergence divergence(Section s) {
    DivergenceAction action = s.choice("action", DivergenceAction.STOP);
    Divergence divergence =
        switch (action) {
          case STOP -> new Divergence(action, 0, 1);
          case REWIND ->
              new Divergence(
                  action, s.integer("times", 3, 1, 100), s.real("rate", 0.5, above(0, 1)));
        };
    if (action == DivergenceAction.STOP) {
      s.unused("divergence.action stop", "times", "rate");
    }
    s.end();
    return divergence;
  }

  private static Checkpoint checkpoint(Section s) {
    Checkpoint checkpoint =
        new Checkpoint(
            s.integer("every", 4, 1, MANY),
            s.integer("keepLast", 3, 1, MANY),
            s.integer("keepBest", 1, 0, MANY),
            s.integer("keepEvery", 0, 0, MANY),
            s.duration("lease", Duration.ofSeconds(60), Duration.ofSeconds(1), Duration.ofDays(1)));
    s.end();
    return checkpoint;
  }

  private static Evaluation evaluation(Section s) {
    Evaluation evaluation = new Evaluation(s.integer("every", 4, 0, MANY));
    s.end();
    return evaluation;
  }
}
