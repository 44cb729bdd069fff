package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.TinyTraining;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.app.CommandLineFixture.Running;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.Images;
import org.googlenet.model.ModelZip;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * What users get wrong: one line on stderr that names the thing, the value and the remedy, and the
 * exit code.
 */
@Timeout(900)
class ErrorsTest {

  private static final TrainedRun TRAINED = TrainedRun.get();

  @TempDir private static Path shared;
  private static TinyTraining tiny;

  @TempDir private Path folder;

  @BeforeAll
  static void writeRecipe() {
    tiny = TinyTraining.in(shared);
  }

  private static Result train(String... settings) {
    return CommandLineFixture.runHere(trainArguments(tiny.recipe(), settings));
  }

  /** In a process of its own, so that whatever else is said on stderr is seen. */
  private static Result trainApart(Path recipe, String... settings) {
    return CommandLineFixture.run(trainArguments(recipe, settings));
  }

  private static Object[] trainArguments(Path recipe, String... settings) {
    List<Object> arguments = new ArrayList<>(List.of("train", recipe));
    for (String setting : settings) {
      arguments.add("--set");
      arguments.add(setting);
    }
    return arguments.toArray();
  }

  /** The trained one is for all tests, and a training that is refused says so in its run. */
  private Path copyOfTheRun() throws IOException {
    Path copy = folder.resolve("runs/tiny");
    copy(TRAINED.path(), copy);
    return copy;
  }

  private static Result evaluate(Path model, Path data) {
    return CommandLineFixture.runHere("evaluate", model, "--data", data);
  }

  @Test
  void noDataSet() {
    train("data.train=/nowhere/train")
        .refused(3, "/nowhere/train", "no data set here", "googlenet prepare");
  }

  @Test
  void anEmptySplit() throws Exception {
    String content =
        """
        {"format":"googlenet-dataset","version":1,"split":"train","records":0,"labelBase":0,\
        "classNames":["a","b"],"shards":[],"fingerprint":"%s"}""";
    byte[] unsigned = content.formatted("").getBytes(StandardCharsets.UTF_8);
    String fingerprint =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(unsigned));
    Files.writeString(folder.resolve("dataset.json"), content.formatted(fingerprint));

    Result result = train("data.train=" + folder, "model.classes=2");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .contains("2 problems", "split 'train' has no records; make it with 'googlenet prepare'")
        .contains("has 10 classes, the recipe has model.classes: 2");
  }

  @Test
  void aLabelOutsideTheClasses() {
    List<Record> records = new ArrayList<>(SampleRecords.train(15));
    records.add(new Record("stray", Images.png(28, 28, 1), 10));
    SampleRecords.write(folder, "train", records);

    train("data.train=" + folder, "data.quarantine=0")
        .refused(
            3, "train-00000.tar", "record stray", "label 10 is outside 0..9", "googlenet prepare");
  }

  @Tag("slow")
  @Test
  void anUnreadableImage() {
    List<Record> records = new ArrayList<>(SampleRecords.train(15));
    records.add(new Record("torn", Images.truncated(Images.png(64, 64, 1), 0.3), 3));
    SampleRecords.write(folder, "train", records);

    trainApart(tiny.recipe(), "data.train=" + folder, "data.quarantine=0")
        .refused(3, "train-00000.tar", "record torn", "image is damaged", "mend or remove it");
  }

  @Test
  void aTruncatedTar() throws IOException {
    SampleRecords.write(folder, "train", SampleRecords.train(16));
    Path shard = folder.resolve("train-00000.tar");
    byte[] whole = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(whole, whole.length / 2));

    train("data.train=" + folder)
        .refused(
            3,
            shard.toString(),
            "has " + whole.length / 2 + " bytes and not " + whole.length,
            "(truncated)",
            "googlenet prepare");
  }

  @Tag("slow")
  @Test
  void aDataSetOfOtherClassesThanTheRecipes() {
    Result result = trainApart(tiny.recipe(), "model.classes=11");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err().lines())
        .hasSize(3)
        .anyMatch(line -> line.equals("googlenet: 2 problems:"))
        .anyMatch(line -> line.contains("/train: has 10 classes, the recipe has model.classes: 11"))
        .allMatch(line -> line.startsWith("googlenet") || line.endsWith(" name another data set"));
  }

  @Tag("slow")
  @Test
  void aCheckpointOfAnotherArchitecture() throws IOException {
    Path copy = copyOfTheRun();
    trainApart(TRAINED.training().recipe(), "output=" + copy.getParent(), "model.side=96")
        .refused(
            2,
            copy.toString(),
            "model.side: the run has 65, the recipe has 96",
            "another --run",
            "--restart");
  }

  @Test
  void aChangedKeyThatDecidesTheBits() throws IOException {
    CommandLineFixture.runHere(
            trainArguments(
                TRAINED.training().recipe(),
                "output=" + copyOfTheRun().getParent(),
                "learningRate.base=0.02",
                "averaging.workers=3"))
        .refused(
            2,
            "averaging.workers: the run has 2, the recipe has 3",
            "learningRate.base: the run has 0.01, the recipe has 0.02",
            "--restart");
  }

  @Test
  void anUnwritableOutput() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    train("output=" + file + "/runs").refused(2, file + "/runs", "is in the way", "name");
  }

  @Tag("slow")
  @Test
  void aRunHeldByAnotherDriver() {
    String[] slow = {"output=" + folder, "checkpoint.lease=10m"};
    try (Running first = CommandLineFixture.start(trainArguments(tiny.recipe(), slow))) {
      first.awaitLine("run tiny in ");
      train(slow).refused(4, folder.resolve("tiny").toString(), "held by", "until", "same command");
    }
  }

  @Test
  void everythingWrongWithARecipeIsSaidAtOnce() {
    Result result = train("model.side=64", "training.epochs=no", "averaging.wokers=2", "output= x");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().lines().toList())
        .hasSizeGreaterThan(3)
        .anySatisfy(line -> assertThat(line).contains("model.side: 64", "65"))
        .anySatisfy(line -> assertThat(line).contains("training.epochs: no"))
        .anySatisfy(
            line -> assertThat(line).contains("averaging.wokers", "did you mean 'workers'?"))
        .noneSatisfy(line -> assertThat(line).contains("\tat "))
        .first()
        .asString()
        .startsWith("googlenet: " + tiny.recipe());
    assertThat(result.out()).isEmpty();
  }

  @Test
  void aMissingRecipe() {
    CommandLineFixture.runHere("train", folder.resolve("none.yaml"))
        .refused(2, folder + "/none.yaml", "no such file", "check the path");
  }

  @Test
  void anUnknownOption() {
    CommandLineFixture.run("train", tiny.recipe(), "--restrt")
        .refused(2, "'--restrt'", "did you mean '--restart'?", "googlenet train --help");
  }

  @Test
  void anUnknownCommand() {
    CommandLineFixture.runHere("trian").refused(2, "'trian'", "did you mean 'train'?");
  }

  @Test
  void noCommand() {
    CommandLineFixture.runHere().refused(2, "name a command", "googlenet --help");
    CommandLineFixture.runHere("checkpoints").refused(2, "show", "googlenet checkpoints --help");
  }

  @Test
  void aMissingArgument() {
    CommandLineFixture.runHere("evaluate", "runs/x").refused(2, "--data=DATASET");
    CommandLineFixture.runHere("train").refused(2, "RECIPE");
  }

  @Test
  void anOptionOutOfItsRange() {
    CommandLineFixture.runHere("evaluate", "x", "--data", "y", "--batch", 0)
        .refused(2, "--batch: 0", "at least 1");
    CommandLineFixture.runHere("evaluate", "x", "--data", "y", "--format", "xml")
        .refused(2, "--format", "xml", "JSON");
    CommandLineFixture.runHere("summary", "--side", 64).refused(2, "side: 64", "at least 65");
    CommandLineFixture.runHere("summary", "--classes", 1).refused(2, "classes: 1", "at least 2");
  }

  @Test
  void aModelThatDoesNotExist() {
    Path none = folder.resolve("none");
    evaluate(none, tiny.validation())
        .refused(2, none.toString(), "no run, checkpoint or promoted model", "check the path");
    CommandLineFixture.runHere("evaluate", none + "/model.zip", "--data", tiny.validation())
        .refused(2, none + "/model.zip", "no such file", "name a model.zip");
    CommandLineFixture.runHere("checkpoints", "show", none).refused(2, none.toString(), "no run");
  }

  @Tag("slow")
  @Test
  void aTrainingThatDiverges() {
    train("learningRate.base=10", "optimizer.clipNorm=0", "run=diverged")
        .refused(
            5,
            "round ",
            "diverged: worker ",
            "on records ",
            "learningRate.base (10.0)",
            "--restart");
  }

  @Test
  void aModelOfAnotherArchitecture() throws IOException {
    ComputationGraphConfiguration small =
        new NeuralNetConfiguration.Builder()
            .updater(new NoOp())
            .graphBuilder()
            .addInputs("input")
            .addLayer("main", new OutputLayer.Builder().nIn(4).nOut(3).build(), "input")
            .setOutputs("main")
            .build();
    ComputationGraph network = new ComputationGraph(small);
    network.init();
    Path zip = folder.resolve("small.zip");
    try (OutputStream out = Files.newOutputStream(zip)) {
      ModelZip.write(out, small.toJson(), network.params().toFloatVector(), null);
    }
    evaluate(zip, tiny.validation())
        .refused(2, zip.toString(), "not a GoogLeNet", "name a model that");
  }

  @Test
  void aDamagedCheckpoint() throws IOException {
    Path copy = copyOfTheRun();
    Path blob = copy.resolve("checkpoints/000009-0001/model.zip");
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob, bytes);

    evaluate(copy.resolve("checkpoints/000009-0001"), tiny.validation())
        .refused(
            2,
            copy + "/checkpoints/000009-0001",
            "model.zip has SHA-256",
            "its manifest says",
            "name another checkpoint");

    Result older =
        CommandLineFixture.run("evaluate", copy, "--data", tiny.validation()).succeeded();
    assertThat(older.out()).contains(copy + "/checkpoints/000006-0001");
    assertThat(older.err().lines())
        .singleElement()
        .asString()
        .contains("WARN", "000009-0001: model.zip has SHA-256", "an earlier one is used");
  }

  @Test
  void anEvaluationOnOtherClassesThanTheModels() {
    List<Record> twoClasses =
        List.of(
            new Record("a", Images.png(28, 28, 0), 0), new Record("b", Images.png(28, 28, 1), 1));
    SampleRecords.write(folder, "validation", List.of("cat", "dog"), twoClasses);
    evaluate(TRAINED.path(), folder)
        .refused(3, folder.toString(), "has 2 classes and the model has 10", "same classes");
  }

  @Test
  void aRecipeFromAPipe() throws Exception {
    Path pipe = folder.resolve("pipe.yaml");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    new Thread(() -> write(pipe, "model: {side: 3}")).start();
    Result piped = CommandLineFixture.runHere("train", pipe);
    assertThat(piped.exitCode()).isEqualTo(2);
    assertThat(piped.err()).contains(pipe.toString(), "model.side: 3");
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void verboseShowsTheStackTraceAboveTheLine() {
    Result result = CommandLineFixture.runHere("train", folder.resolve("none.yaml"), "--verbose");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("StorageRefused", "\tat org.googlenet.");
    assertThat(result.err().lines().reduce((a, b) -> b).orElseThrow())
        .startsWith("googlenet: ")
        .contains("no such file");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path path : walk.toList()) {
        Path target = to.resolve(from.relativize(path));
        Files.createDirectories(target.getParent());
        Files.copy(path, target);
      }
    }
  }

  private Result prepare(Object... options) {
    List<Object> arguments = new ArrayList<>(List.of("prepare", "--source=folder"));
    arguments.add("--output=" + folder.resolve("set"));
    arguments.addAll(List.of(options));
    return CommandLineFixture.runHere(arguments.toArray());
  }

  @Test
  void classesThatAreNotAllDifferentOrNamedInTwoWays() throws IOException {
    prepare("--images=x", "--class-names=cat,dog,cat")
        .refused(2, "--class-names: 'cat' is there twice", "name each class once");
    Path list = Files.writeString(folder.resolve("classes.txt"), "cat\ndog\n");
    prepare("--images=x", "--class-names=cat", "--classes=" + list)
        .refused(2, "--classes, --class-names", "give one of them");
    prepare("--images=x", "--skip-bad=much").refused(2, "'--skip-bad': 'much'", "a percentage");
  }

  @Test
  void imagesThatDoNotExistAndImagesThatAreBad() throws IOException {
    Path photos = folder.resolve("photos");
    prepare("--images=" + photos).refused(3, photos + ": does not exist", "name the folder");
    Path cats = Files.createDirectories(photos.resolve("cat"));
    Files.write(cats.resolve("a.png"), Images.png(9, 9, 1));
    Files.writeString(cats.resolve("b.png"), "<html>");
    prepare("--images=" + photos).refused(3, "cat/b.png: image is HTML", "mend or remove it");
    Files.writeString(cats.resolve("c.png"), "");
    Result both = prepare("--images=" + photos);
    assertThat(both.exitCode()).isEqualTo(3);
    assertThat(both.out()).isEmpty();
    assertThat(both.err().lines())
        .hasSize(4)
        .startsWith("bad: not decodable, 2")
        .last()
        .asString()
        .startsWith("googlenet: " + photos + ": 2 of 3 images are bad");
    Result skipped = prepare("--images=" + photos, "--skip-bad=2").succeeded();
    assertThat(skipped.out()).contains("1 records of 1 classes (cat)");
    assertThat(skipped.err().lines()).hasSize(3);
  }
}
