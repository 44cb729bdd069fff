package org.googlenet.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.googlenet.recipe.SmallRecipe.SMALLEST;
import static org.googlenet.recipe.SmallRecipe.load;
import static org.googlenet.recipe.SmallRecipe.problem;
import static org.googlenet.recipe.SmallRecipe.problems;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.googlenet.common.Tolerance;
import org.googlenet.data.image.Augmentation;
import org.googlenet.engine.Convolution;
import org.googlenet.engine.Precision;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Initialisation;
import org.googlenet.model.LossWeights;
import org.googlenet.model.Parts;
import org.googlenet.model.Variant;
import org.googlenet.recipe.Recipe.Averaging;
import org.googlenet.recipe.Recipe.Cache;
import org.googlenet.recipe.Recipe.Divergence;
import org.googlenet.recipe.Recipe.DivergenceAction;
import org.googlenet.recipe.Recipe.Dropout;
import org.googlenet.recipe.Recipe.Length;
import org.googlenet.recipe.Recipe.Master;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeLoaderTest {

  private static final String INCEPTION_ON_WHITE = "input={preset: inception, alpha: white}";

  @Test
  void onlyTheDataAndTheLengthHaveNoDefault() {
    assertThat(problems(""))
        .containsExactly(
            "data.train: missing; give the path or URI of a data set",
            "data.validation: missing; give the path or URI of a data set",
            "training.epochs: missing; give training.epochs or training.rounds, 1 or more");

    Recipe recipe = load(SMALLEST);

    assertThat(recipe.run()).isEqualTo("x");
    assertThat(recipe.output()).isEqualTo("runs");
    assertThat(recipe.model().classes()).isEqualTo(1000);
    assertThat(recipe.model().side()).isEqualTo(224);
    assertThat(recipe.training().length()).isEqualTo(Length.epochs(3));
    assertThat(recipe.learningRate()).isEqualTo(new LearningRate.Polynomial(0.01, 1, 0));
    assertThat(recipe.averaging().threads()).isEqualTo(Averaging.AUTO_THREADS);
    assertThat(recipe.checkpoint().lease()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void aKeyWithoutAValueTakesItsDefault() {
    assertThat(load(SMALLEST + "input:\noptimizer: {momentum: null, clipNorm: ~}\n"))
        .isEqualTo(load(SMALLEST));
  }

  @Test
  void theSampleRecipeTrainsOnTheSampleData() throws IOException {
    Recipe recipe = committed("sample");

    assertThat(recipe.run()).isEqualTo("sample");
    assertThat(recipe.data().train()).isEqualTo("data/sample/train");
    assertThat(recipe.model().side()).isEqualTo(96);
    assertThat(recipe.model().classes()).isEqualTo(10);
    assertThat(recipe.model().dropout()).isEqualTo(new Dropout(0.4, 0.7));
    assertThat(recipe.averaging().localSteps()).isEqualTo(new LocalSteps.Constant(16));
    assertThat(recipe.averaging().master()).isEqualTo(Master.OWN);
  }

  @Test
  void theImagenetRecipeFollowsBvlc() throws IOException {
    Recipe recipe = committed("imagenet");

    assertThat(recipe.model().classes()).isEqualTo(1000);
    assertThat(recipe.model().side()).isEqualTo(224);
    assertThat(recipe.model().initialisation()).isEqualTo(Initialisation.HE);
    assertThat(recipe.input().augmentation().kind()).isEqualTo(Augmentation.Kind.CAFFE);
    assertThat(recipe.learningRate()).isEqualTo(new LearningRate.Polynomial(0.01, 0.5, 2000));
  }

  @Test
  void theVariantsRecipesTrainTheVariantsOfTheirAuthors() throws IOException {
    Recipe lrn = committed("imagenet-lrn");
    Recipe batchnorm = committed("imagenet-batchnorm");

    assertThat(network(lrn))
        .isEqualTo(
            GoogLeNet.of(Variant.LRN, 1000, 224).withInitialisation(Initialisation.XAVIER, 0.2));
    assertThat(network(batchnorm)).isEqualTo(GoogLeNet.of(Variant.BATCHNORM, 1000, 224));
    assertThat(lrn.run()).isEqualTo("imagenet-lrn");
    assertThat(batchnorm.run()).isEqualTo("imagenet-batchnorm");
  }

  @Test
  void theFineTuningRecipeTrainsTheLastBlocksAndANewClassifierOfTorchvisionsNetwork()
      throws IOException {
    Recipe recipe = committed("fine-tune");

    assertThat(recipe.run()).isEqualTo("fine-tune");
    assertThat(network(recipe))
        .isEqualTo(GoogLeNet.of(Variant.BATCHNORM, 5, 224).withLoss(new LossWeights(1, 0, 0)));
    assertThat(recipe.start())
        .isEqualTo(new Recipe.Start("models/torchvision", true, List.of("classifiers")));
    assertThat(recipe.input()).isEqualTo(load(SMALLEST, INCEPTION_ON_WHITE).input());
    assertThat(recipe.fineTuning().in(0).frozen())
        .isEqualTo(Set.copyOf(Parts.layers(List.of("stem..4e", "aux1", "aux2"))));
    assertThat(recipe.fineTuning().rates()).isEqualTo(Map.of("main", 10.0));
  }

  private static GoogLeNet network(Recipe recipe) {
    return GoogLeNet.of(RecipeNetwork.of(recipe, RecipeNetwork.schedule(recipe, 100, 0)));
  }

  @Test
  void theUsualDropoutIsThatOfTheVariant() {
    assertThat(load(SMALLEST).model().dropout()).isEqualTo(new Recipe.Dropout(0.4, 0.7));
    assertThat(load(SMALLEST, "model.variant=lrn").model().dropout())
        .isEqualTo(new Recipe.Dropout(0.4, 0.7));
    assertThat(load(SMALLEST, "model.variant=batchnorm").model().dropout())
        .isEqualTo(new Recipe.Dropout(0.2, 0.7));
    assertThat(
            load(SMALLEST, "model.variant=batchnorm", "model.dropout=[0, 0.5]").model().dropout())
        .isEqualTo(new Recipe.Dropout(0, 0.5));
  }

  private static Recipe committed(String name) throws IOException {
    Path file = Path.of("conf/recipes", name + ".yaml");
    return RecipeLoader.load(Files.readString(file), file.toString(), List.of());
  }

  @Test
  void aToleranceIsANumberOfRecordsOrAShare() {
    assertThat(load(SMALLEST).data().quarantine()).isEqualTo(Tolerance.DEFAULT);
    for (String text : List.of("5", "2.5%", "'0.5%'", "0", "0%")) {
      assertThat(load(SMALLEST, "data.quarantine=" + text).data().quarantine())
          .isEqualTo(Tolerance.parse(text.replace("'", "")).orElseThrow());
    }
    for (String text : List.of("-1", "0.5", "101%", "few", "[1]")) {
      assertThat(problems(SMALLEST, "data.quarantine=" + text))
          .containsExactly(
              "data.quarantine: "
                  + text
                  + ": must be a whole number of records, or a percentage such as 0.1%");
    }
  }

  @Test
  void aCacheHasASizeAndAFolder() {
    assertThat(load(SMALLEST, "data.cache=20GB").data().cache())
        .isEqualTo(new Cache(20_000_000_000L, Cache.AUTO_FOLDER));
    assertThat(load(SMALLEST, "data.cache={size: 1500MB, folder: /mnt/ssd}").data().cache())
        .isEqualTo(new Cache(1_500_000_000L, "/mnt/ssd"));
    assertThat(load(SMALLEST, "data.cache=none").data().cache().bytes()).isZero();
    assertThat(problems(SMALLEST, "data.cache=20"))
        .containsExactly("data.cache: 20: must be none or a whole number with MB, GB or TB");
    assertThat(problems(SMALLEST, "data.cache.folder=/mnt/ssd"))
        .containsExactly("data.cache.folder: /mnt/ssd: not used by data.cache none; leave it out");
  }

  @Test
  void aScalarIsShortForAnObjectWhereAKeyMayGrow() {
    assertThat(load(SMALLEST, "averaging.localSteps=8"))
        .isEqualTo(load(SMALLEST, "averaging.localSteps={schedule: constant, value: 8}"));
    assertThat(load(SMALLEST, "averaging.outer=average"))
        .isEqualTo(load(SMALLEST, "averaging.outer={kind: average}"));
    assertThat(load(SMALLEST, "divergence=stop"))
        .isEqualTo(load(SMALLEST, "divergence={action: stop}"));
  }

  @Test
  void eachScheduleHasItsOwnKeys() {
    assertThat(load(SMALLEST, "learningRate={schedule: step, base: 0.1, every: 100}"))
        .extracting(Recipe::learningRate)
        .isEqualTo(new LearningRate.Step(0.1, 100, 0.1, 0));
    assertThat(
            load(SMALLEST, "learningRate={schedule: cosine, base: 1e-2, floor: 1e-3, warmUp: 5}"))
        .extracting(Recipe::learningRate)
        .isEqualTo(new LearningRate.Cosine(0.01, 0.001, 5));
    assertThat(problems(SMALLEST, "learningRate={schedule: constant, power: 2, floor: 0}"))
        .containsExactlyInAnyOrder(
            "learningRate.power: 2: not used by learningRate.schedule constant; leave it out",
            "learningRate.floor: 0: not used by learningRate.schedule constant; leave it out");
    assertThat(problems(SMALLEST, "learningRate={schedule: step}"))
        .containsExactly(
            "learningRate.every: missing; give the global steps between two steps of the schedule");
    assertThat(problems(SMALLEST, "learningRate={schedule: cosine, base: 0.1, floor: 0.2}"))
        .containsExactly("learningRate.floor: 0.2: must be 0..0.1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "optimizer.momentun=1     | optimizer.momentun: unknown key; did you mean 'momentum'?",
        "optimiser.momentum=1     | optimiser: unknown key; did you mean 'optimizer'?",
        "training.Batch=1         | training.Batch: unknown key; did you mean 'batch'?",
        "learningrate.base=1      | learningrate: unknown key; did you mean 'learningRate'?",
        "learningRate.warmup=1    | learningRate.warmup: unknown key; did you mean 'warmUp'?",
        "batch=1                  | batch: unknown key; did you mean 'training.batch'?",
        "averaging.outer.knd=a    | averaging.outer.knd: unknown key; did you mean 'kind'?",
        "data.valid=a             | data.valid: unknown key; did you mean 'validation'?",
      })
  void anUnknownKeyIsRefusedWithTheNearestKnownOne(String override, String line) {
    assertThat(problems(SMALLEST, override)).containsExactly(line);
  }

  @Test
  void aKeyThatResemblesNoneIsRefusedWithAllThatAreKnown() {
    assertThat(problems(SMALLEST, "checkpoint.zzzzzzzz=1").get(0))
        .startsWith("checkpoint.zzzzzzzz: unknown key; did you mean '")
        .endsWith("known here: every, keepLast, keepBest, keepEvery, lease");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.batch=0             | training.batch: 0: must be 1..4096",
        "training.batch=4097          | training.batch: 4097: must be 1..4096",
        "training.batch=1.5           | training.batch: 1.5: must be a whole number, 1..4096",
        "training.batch='\"32\"'      | training.batch: \"32\": must be a whole number, 1..4096",
        "training.batch=many          | training.batch: many: must be a whole number, 1..4096",
        "training.batch=0x20          | training.batch: 0x20: must be a whole number, 1..4096",
        "training.batch=[1, 2]        | training.batch: [1, 2]: must be a whole number, 1..4096",
        "training.batch={a: 1}        | training.batch: {a: 1}: must be a whole number, 1..4096",
        "training.batch=99999999999999999999 | training.batch: 99999999999999999999: must be 1..4096",
        "training.epochs=0            | training.epochs: 0: must be 1..1000000",
        "training.precision=BF16      | training.precision: BF16: must be one of fp32, bf16",
        "model.side=64                | model.side: 64: must be 65..1024",
        "model.classes=1              | model.classes: 1: must be 2..100000",
        "model.dropout=0.4            | model.dropout: 0.4: must be a list of 2 numbers, each 0 or more, less than 1",
        "model.dropout=[0.4]          | model.dropout: [0.4]: must be a list of 2 numbers, each 0 or more, less than 1",
        "model.dropout=[0.4, 1]       | model.dropout: 1: must be 0 or more, less than 1",
        "loss.main=0                  | loss.main: 0: must be more than 0, up to 100",
        "loss.aux1=-0.1               | loss.aux1: -0.1: must be 0..100",
        "optimizer.momentum=1         | optimizer.momentum: 1: must be 0 or more, less than 1",
        "optimizer.momentum=.nan      | optimizer.momentum: .nan: must be a number, 0 or more, less than 1",
        "optimizer.clipNorm=.inf      | optimizer.clipNorm: .inf: must be a number, 0..1000000000",
        "learningRate.base=true       | learningRate.base: true: must be a number, more than 0, up to 10",
        "averaging.workers=0          | averaging.workers: 0: must be 1..65536",
        "averaging.threads=0          | averaging.threads: 0: must be 1..1024",
        "averaging.localSteps=0       | averaging.localSteps: 0: must be 1..1000000",
        "averaging.localSteps.value=0 | averaging.localSteps.value: 0: must be 1..1000000",
        "averaging.outer=mean         | averaging.outer: mean: must be one of average, slowmo, nesterov, bmuf",
        "averaging.quorum=0           | averaging.quorum: 0: must be more than 0, up to 1",
        "checkpoint.lease=60          | checkpoint.lease: 60: must be a number with ms, s, m or h, 1s..86400s",
        "checkpoint.lease=999ms       | checkpoint.lease: 999ms: must be a number with ms, s, m or h, 1s..86400s",
        "input=none                   | input: none: must be one of plain, caffe, torchvision, inception",
        "model=none                   | model: none: must be a mapping of keys",
        "run=../x                     | run: ../x: must be 1 to 128 of A-Z a-z 0-9 . _ -, not starting with a dot",
        "run=.x                       | run: .x: must be 1 to 128 of A-Z a-z 0-9 . _ -, not starting with a dot",
        "output=[a]                   | output: [a]: must be a path or URI on one line, without spaces around it",
      })
  void aValueOutOfItsRangeIsRefusedWithWhatIsAllowed(String override, String line) {
    assertThat(problems(SMALLEST, override)).containsExactly(line);
  }

  @Test
  void eachScheduleOfLocalStepsHasItsOwnKeys() {
    assertThat(
            load(
                    SMALLEST,
                    "averaging.localSteps={schedule: growing, value: 4, every: 100, most: 32}")
                .averaging()
                .localSteps())
        .isEqualTo(new LocalSteps.Growing(4, 100, 2, 32));
    assertThat(
            load(SMALLEST, "averaging.localSteps={schedule: warmup, value: 8, warmUp: 50}")
                .averaging()
                .localSteps())
        .isEqualTo(new LocalSteps.WarmUp(8, 50));
    assertThat(
            problems(
                SMALLEST, "averaging.localSteps={schedule: growing, value: 8, most: 4, warmUp: 3}"))
        .containsExactlyInAnyOrder(
            "averaging.localSteps.every: missing; give the global steps between two multiplications",
            "averaging.localSteps.most: 4: must be 8..1000000",
            "averaging.localSteps.warmUp: 3: not used by averaging.localSteps.schedule growing; leave it out");
    assertThat(problems(SMALLEST, "averaging.localSteps.schedule=warmup"))
        .containsExactly(
            "averaging.localSteps.warmUp: missing; give the global steps to make one a round");
  }

  @Test
  void aRewindHasItsOwnKeys() {
    assertThat(load(SMALLEST, "divergence=rewind").divergence())
        .isEqualTo(new Divergence(DivergenceAction.REWIND, 3, 0.5));
    assertThat(problems(SMALLEST, "divergence={action: rewind, times: 0, rate: 1.5}"))
        .containsExactlyInAnyOrder(
            "divergence.times: 0: must be 1..100",
            "divergence.rate: 1.5: must be more than 0, up to 1");
  }

  @Test
  void theBaselineMasterRefusesWhatItCannotDo() {
    String cannot = "averaging.master dl4j cannot do this; use averaging.master own, or ";

    assertThat(
            problems(
                SMALLEST,
                "averaging={master: dl4j, outer: slowmo, compression: bf16, quorum: 0.5}",
                "training={epochs: 1, engine: onednn, precision: bf16, convolution: direct}"))
        .containsExactlyInAnyOrder(
            "averaging.outer: slowmo: " + cannot + "average",
            "averaging.compression: bf16: " + cannot + "none",
            "averaging.quorum: 0.5: " + cannot + "1.0",
            "training.engine: onednn: averaging.master dl4j has no such engine; use dl4j",
            "training.precision: bf16: averaging.master dl4j cannot do this; use fp32",
            "training.convolution: direct: averaging.master dl4j cannot do this; use auto");
    assertThat(load(SMALLEST, "averaging.master=dl4j").averaging().master()).isEqualTo(Master.DL4J);
  }

  @Test
  void dl4jsEngineRefusesWhatOnlyOneDnnsCanDo() {
    assertThat(
            problems(
                SMALLEST,
                "training.engine=dl4j",
                "training.precision=bf16",
                "training.convolution=direct"))
        .containsExactly(
            "training.precision: bf16: needs training.engine onednn or auto; use one of them, or fp32",
            "training.convolution: direct: needs training.engine onednn or auto; use one of them, or auto");
    for (String engine : List.of("auto", "onednn")) {
      Recipe.Training training =
          load(
                  SMALLEST,
                  "training.engine=" + engine,
                  "training.precision=bf16",
                  "training.convolution=direct")
              .training();
      assertThat(training.precision()).isEqualTo(Precision.BF16);
      assertThat(training.convolution()).isEqualTo(Convolution.DIRECT);
    }
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    RecipeProblem problem =
        problem(
            """
            data: {train: a}
            optimizer: {momentun: 0.9}
            training: {batch: 0, epochs: 1, precision: fp16}
            """,
            "model.side");

    assertThat(problem.exitCode()).isEqualTo(2);
    assertThat(problem)
        .hasMessage(
            """
            conf/recipes/x.yaml: 5 problems:
              --set model.side: must be key=value, as in training.batch=64
              optimizer.momentun: unknown key; did you mean 'momentum'?
              data.validation: missing; give the path or URI of a data set
              training.batch: 0: must be 1..4096
              training.precision: fp16: must be one of fp32, bf16""");
  }

  @Test
  void aSingleProblemIsOneLine() {
    assertThat(problem(SMALLEST, "training.batch=0"))
        .hasMessage("conf/recipes/x.yaml: training.batch: 0: must be 1..4096");
  }

  @Test
  void theRunIdIsTheFilesNameWhereItCanBe() {
    assertThat(RecipeLoader.load(SMALLEST, "s3a://b/my.recipe.yaml", List.of()).run())
        .isEqualTo("my.recipe");
    RecipeProblem problem =
        catchThrowableOfType(
            RecipeProblem.class, () -> RecipeLoader.load(SMALLEST, "a b.yaml", List.of()));
    assertThat(problem.problems())
        .singleElement()
        .asString()
        .startsWith("run: missing; the file's name gives no run id");
  }

  @Test
  void aRecipeTravelsToExecutors() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(load(SMALLEST));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(load(SMALLEST));
    }
  }
}
