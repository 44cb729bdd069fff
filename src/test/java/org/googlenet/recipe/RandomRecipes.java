package org.googlenet.recipe;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.googlenet.common.Tolerance;
import org.googlenet.data.image.Alpha;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.data.image.Interpolation;
import org.googlenet.data.image.Normalisation;
import org.googlenet.data.image.Resize;
import org.googlenet.engine.Convolution;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.Precision;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LossWeights;
import org.googlenet.model.Variant;
import org.googlenet.recipe.Recipe.Averaging;
import org.googlenet.recipe.Recipe.Cache;
import org.googlenet.recipe.Recipe.Checkpoint;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.recipe.Recipe.Data;
import org.googlenet.recipe.Recipe.Divergence;
import org.googlenet.recipe.Recipe.DivergenceAction;
import org.googlenet.recipe.Recipe.Dropout;
import org.googlenet.recipe.Recipe.Evaluation;
import org.googlenet.recipe.Recipe.Length;
import org.googlenet.recipe.Recipe.Master;
import org.googlenet.recipe.Recipe.Model;
import org.googlenet.recipe.Recipe.Optimizer;
import org.googlenet.recipe.Recipe.Outer;
import org.googlenet.recipe.Recipe.OuterKind;
import org.googlenet.recipe.Recipe.Report;
import org.googlenet.recipe.Recipe.Start;
import org.googlenet.recipe.Recipe.Training;

/** Makes recipes from a seed that {@link RecipeLoader} takes. */
final class RandomRecipes {

  private static final String RUN = "azAZ09-_.";
  private static final String PATH = "az09-_.:/ #'\"\\{}[],&*!|>%@`?=~é$\u2603";

  private final Random random;

  RandomRecipes(long seed) {
    random = new Random(seed);
  }

  Recipe next() {
    Master master = any(Master.values());
    Model model = model(master);
    return new Recipe(
        "r" + text(RUN),
        location(),
        location(),
        new Data(location(), location(), tolerance(), cache(), random.nextInt(5)),
        model,
        new LossWeights(1e-9 + real(99), real(100), real(100)),
        input(model.side()),
        start(),
        training(master),
        new Optimizer(real(1), real(1), real(1e9)),
        learningRate(),
        fineTuning(master),
        averaging(master),
        divergence(),
        new Checkpoint(from(1), from(1), from(0), from(0), lease()),
        new Evaluation(from(0)),
        report());
  }

  private Report report() {
    boolean tensorboard = random.nextBoolean();
    return new Report(
        random.nextBoolean(),
        tensorboard,
        tensorboard ? from(0) : 0,
        random.nextBoolean() ? Report.NONE : "/" + location() + ".prom",
        random.nextBoolean()
            ? Report.Mlflow.OFF
            : new Report.Mlflow("http://" + text(RUN) + "h:5000/x", "a/b c", "a model"),
        random.nextBoolean()
            ? Report.Lineage.OFF
            : new Report.Lineage(
                location(), "n.s", random.nextBoolean() ? Report.Lineage.RUN : "a job"));
  }

  private Start start() {
    return new Start(
        random.nextBoolean() ? Start.NONE : location(),
        random.nextBoolean(),
        random.nextBoolean() ? List.of() : List.of("classifiers", "aux1.fc1", "3a"));
  }

  private Tolerance tolerance() {
    return random.nextBoolean()
        ? new Tolerance(BigDecimal.valueOf(random.nextInt(1000)), false)
        : new Tolerance(BigDecimal.valueOf(random.nextInt(10_001), 2), true);
  }

  private Cache cache() {
    return random.nextBoolean()
        ? new Cache(0, Cache.AUTO_FOLDER)
        : new Cache(1_000_000L * from(1), location());
  }

  private Model model(Master master) {
    return new Model(
        master == Master.DL4J ? any(Variant.PLAIN, Variant.LRN) : any(Variant.values()),
        2 + random.nextInt(99_999),
        65 + random.nextInt(960),
        any(Initialisation.values()),
        2 * real(1) - 1,
        new Dropout(real(1), real(1)));
  }

  private Decoding input(int side) {
    int to = any(new Integer[] {Resize.NEVER, Resize.AUTO, side + random.nextInt(4097 - side)});
    return new Decoding(
        new Augmentation(any(Augmentation.Kind.values())),
        any(Alpha.values()),
        1 + random.nextInt(1000),
        new Resize(to, any(Resize.AspectRatio.values())),
        any(Interpolation.values()),
        new Normalisation(
            any(Normalisation.Channels.values()),
            List.of(real(255), real(255), real(255)),
            List.of(1 + real(255), 1 + real(255), 1 + real(255))));
  }

  private Training training(Master master) {
    EngineKind engine =
        any(
            master == Master.DL4J
                ? new EngineKind[] {EngineKind.AUTO, EngineKind.DL4J}
                : new EngineKind[] {EngineKind.AUTO, EngineKind.DL4J, EngineKind.ONEDNN});
    boolean dl4j = master == Master.DL4J || engine.equals(EngineKind.DL4J);
    Length length =
        random.nextBoolean() ? Length.rounds(from(1)) : Length.epochs(from(1) % 1000 + 1);
    return new Training(
        1 + random.nextInt(4096),
        length,
        random.nextLong(),
        engine,
        dl4j ? Precision.FP32 : any(Precision.values()),
        dl4j ? Convolution.AUTO : any(Convolution.values()));
  }

  private LearningRate learningRate() {
    double base = 1e-9 + real(9);
    return switch (any(LearningRate.Schedule.values())) {
      case CONSTANT -> new LearningRate.Constant(base, from(0));
      case STEP -> new LearningRate.Step(base, from(1), 1e-9 + real(0.9), from(0));
      case POLYNOMIAL -> new LearningRate.Polynomial(base, 1e-9 + real(9), from(0));
      case COSINE -> new LearningRate.Cosine(base, base * real(1), from(0));
    };
  }

  private FineTuning fineTuning(Master master) {
    if (master == Master.DL4J) {
      return FineTuning.NONE;
    }
    SortedMap<String, Double> rates = new TreeMap<>();
    rates.put(any(new String[] {"main", "aux1.fc1", "5a..5b"}), 1e-9 + real(999));
    return any(
        new FineTuning[] {
          FineTuning.NONE,
          new FineTuning(List.of("stem..4e", "aux1.conv"), new TreeMap<>(), rates),
          new FineTuning(
              List.of("stem", "3a.3x3", "aux2"),
              new TreeMap<>(Map.of(2 + random.nextInt(9), List.of("3a"), 11, List.of("conv3"))),
              new TreeMap<>())
        });
  }

  private Averaging averaging(Master master) {
    return new Averaging(
        1 + random.nextInt(65_536),
        localSteps(master),
        random.nextInt(3) == 0 ? Averaging.AUTO_THREADS : 1 + random.nextInt(1024),
        outer(master),
        master == Master.DL4J ? Compression.NONE : any(Compression.values()),
        master == Master.DL4J || random.nextBoolean() ? 1.0 : 1e-9 + real(0.9),
        master);
  }

  private LocalSteps localSteps(Master master) {
    int value = 1 + random.nextInt(1_000_000);
    return switch (master == Master.DL4J
        ? LocalSteps.Schedule.CONSTANT
        : any(LocalSteps.Schedule.values())) {
      case CONSTANT -> new LocalSteps.Constant(value);
      case GROWING ->
          new LocalSteps.Growing(
              value,
              1 + random.nextInt(1_000_000),
              2 + random.nextInt(99),
              value + random.nextInt(1_000_001 - value));
      case WARMUP -> new LocalSteps.WarmUp(value, 1 + random.nextInt(1_000_000));
    };
  }

  private Divergence divergence() {
    return random.nextBoolean()
        ? new Divergence(DivergenceAction.STOP, 0, 1)
        : new Divergence(DivergenceAction.REWIND, 1 + random.nextInt(100), 1e-9 + real(0.9));
  }

  private Outer outer(Master master) {
    OuterKind kind = master == Master.DL4J ? OuterKind.AVERAGE : any(OuterKind.values());
    return kind == OuterKind.AVERAGE
        ? new Outer(kind, 0, 1)
        : new Outer(kind, real(1), 1e-9 + real(9));
  }

  private Duration lease() {
    return random.nextBoolean()
        ? Duration.ofMillis(1000 + random.nextInt(1_000_000))
        : Duration.ofHours(1 + random.nextInt(24));
  }

  @SafeVarargs
  private <T> T any(T... values) {
    return values[random.nextInt(values.length)];
  }

  private int from(int least) {
    return least + random.nextInt(1 << random.nextInt(29));
  }

  /** From 0 to less than a bound, often very small or a round number. */
  private double real(double bound) {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> bound / 2;
      case 2 -> bound * random.nextDouble() * Math.pow(10, -random.nextInt(12));
      default -> bound * random.nextDouble();
    };
  }

  private String location() {
    return any("runs", "null", "true", "1.10", "0777", "~", "- a", "a: b", "a #b", "s3a://b/c")
        + (random.nextBoolean() ? "" : text(PATH) + "x");
  }

  private String text(String characters) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append(characters.charAt(random.nextInt(characters.length())));
    }
    return text.toString();
  }
}
