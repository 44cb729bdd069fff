package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.data.Dataset;
import org.googlenet.data.image.Images;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

@Timeout(900)
class CommandsTest {

  @TempDir private Path folder;

  static Stream<String> commands() {
    return names(new CommandLine(new Main()));
  }

  /** Of a command and all below it, as they are typed. */
  private static Stream<String> names(CommandLine command) {
    return Stream.concat(
        Stream.of(command.getCommandSpec().qualifiedName()),
        command.getSubcommands().values().stream().flatMap(CommandsTest::names));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aHelpOfEveryCommandHasExamples(String command) {
    Object[] arguments = (command + " --help").replaceFirst("^googlenet ", "").split(" ");
    Result help = CommandLineFixture.runHere(arguments).succeeded();
    assertThat(help.err()).isEmpty();
    assertThat(help.out())
        .startsWith("Usage: " + command)
        .contains("Examples:")
        .containsPattern("(?m)^ +googlenet ")
        .contains("Exit codes:");
  }

  @Test
  void theVersionIsTheProjects() throws IOException {
    String version =
        Files.readString(Path.of("pom.xml"))
            .replaceFirst("(?s).*?<artifactId>googlenet-spark</artifactId>\\s*<version>", "")
            .replaceFirst("(?s)</version>.*", "");
    assertThat(CommandLineFixture.runHere("--version").succeeded().out())
        .isEqualTo("googlenet-spark " + version + System.lineSeparator());
  }

  @Tag("slow")
  @Test
  void summaryShowsEachLayerAndTheTotal() {
    assertThat(CommandLineFixture.run("summary").succeeded())
        .satisfies(
            result -> {
              assertThat(result.out()).contains("13,378,280");
              assertThat(result.err()).isEmpty();
            });
  }

  @Tag("slow")
  @Test
  void summaryOfABlockIsTheBlockAlone() {
    String channels = "192,64,96,128,16,32,32";
    assertThat(CommandLineFixture.run("summary", "--block", channels).succeeded().out())
        .contains("total parameters 163,696", "sum 392.62 MB");
    JsonNode named =
        CommandLineFixture.run("summary", "--block", "4a", "--side", 14, "--format", "json").json();
    assertThat(named.get("block").get("in").asInt()).isEqualTo(480);
    assertThat(named.get("layers").get(0).get("input").toString()).isEqualTo("[1,480,14,14]");

    CommandLineFixture.run("summary", "--block", "6a").refused(2, "inception block 6a", "3a, 3b");
    for (String odd : List.of("1,2", "1,2,3,4,5,6,x", "192,64,96,128,16,32,")) {
      CommandLineFixture.run("summary", "--block", odd).refused(2, odd, "seven numbers");
    }
    CommandLineFixture.run("summary", "--block", "0,1,1,1,1,1,1").refused(2, "at least 1");
    CommandLineFixture.run("summary", "--block", "3a", "--classes", 10).refused(2, "--block");
    CommandLineFixture.run("summary", "--block", "3a", "--side", 0).refused(2, "side: 0");
  }

  @Tag("slow")
  @Test
  void summaryShowsTheVariantThatIsAskedFor() {
    assertThat(CommandLineFixture.run("summary", "--variant", "batchnorm").succeeded().out())
        .contains("BatchNorm2D-59", "total parameters 13,004,888, and 15,072 values of state");
    assertThat(CommandLineFixture.run("summary", "--variant", "lrn").succeeded().out())
        .contains("LocalResponseNorm-2", "total parameters 13,378,280");
    assertThat(
            CommandLineFixture.run(
                    "summary", "--variant", "batchnorm", "--block", "3a", "--side", 28)
                .succeeded()
                .out())
        .contains("3a.5x5.bn", "total parameters 155,872, and 736 values of state");
    CommandLineFixture.run("summary", "models", "--variant", "lrn").refused(2, "--variant");
    CommandLineFixture.run("summary", "--variant", "bn").refused(2, "--variant", "BATCHNORM");
  }

  @Test
  void summaryAsJsonHasTheSameNumbers() {
    JsonNode summary =
        CommandLineFixture.run("summary", "--classes", 10, "--side", 65, "--format", "json").json();
    assertThat(summary.get("variant").asText()).isEqualTo("plain");
    assertThat(summary.get("classes").asInt()).isEqualTo(10);
    assertThat(summary.get("side").asInt()).isEqualTo(65);
    assertThat(summary.get("totalParameters").asLong()).isEqualTo(6_401_870L);
    long sum = 0;
    for (JsonNode layer : summary.get("layers")) {
      sum += layer.get("parameters").asLong();
    }
    assertThat(sum).isEqualTo(6_401_870L);
  }

  @Test
  void prepareMakesADataSetOfIdxFiles() throws IOException {
    Path images =
        Files.write(
            folder.resolve("images"),
            ByteBuffer.allocate(16 + 4 * 6).putInt(0x803).putInt(4).putInt(2).putInt(3).array());
    Path labels =
        Files.write(
            folder.resolve("labels"),
            ByteBuffer.allocate(8 + 4)
                .putInt(0x801)
                .putInt(4)
                .put(new byte[] {0, 1, 2, 1})
                .array());
    Path output = folder.resolve("mnist");

    Result result =
        CommandLineFixture.run(
            "prepare",
            "--source=idx",
            "--images=" + images,
            "--labels=" + labels,
            "--class-names=shirt,shoe,bag",
            "--output=" + output);

    assertThat(result.succeeded().out())
        .startsWith(output + ": 4 records of 3 classes (shirt, shoe, bag) in 1 shard,");
    assertThat(result.err()).isEmpty();
    Dataset made = Dataset.open(new Stores(Map.of()), output.toString());
    assertThat(made.records()).isEqualTo(4);
    assertThat(made.split()).isEqualTo("train");
    assertThat(made.classNames()).containsExactly("shirt", "shoe", "bag");
  }

  @Test
  void prepareMakesADataSetOfAFolderForEachClassAndNeverOverIt() throws IOException {
    for (String name : new String[] {"cat", "dog"}) {
      Files.createDirectories(folder.resolve("photos").resolve(name));
      for (int i = 0; i < 3; i++) {
        Path file = folder.resolve("photos").resolve(name).resolve(i + ".jpg");
        Files.write(file, Images.jpeg(40 + i, 30, i));
      }
    }
    Object[] prepare = {
      "prepare",
      "--source=folder",
      "--images=" + folder.resolve("photos"),
      "--output=" + folder.resolve("set"),
      "--split=validation",
      "--shard-size=4KB"
    };

    CommandLineFixture.runHere(prepare).succeeded();

    Dataset made = Dataset.open(new Stores(Map.of()), folder.resolve("set").toString());
    assertThat(made.records()).isEqualTo(6);
    assertThat(made.split()).isEqualTo("validation");
    assertThat(made.classNames()).containsExactly("cat", "dog");
    assertThat(made.shards()).hasSizeGreaterThan(1);
    CommandLineFixture.runHere(prepare).refused(3, "a data set is here already", "another output");
  }

  @Tag("slow")
  @Test
  void prepareRefusesWhatItCannotRead() {
    CommandLineFixture.run(
            "prepare", "--source=folder", "--images=" + folder + "/none", "--output=" + folder)
        .refused(3, folder + "/none");
    CommandLineFixture.runHere("prepare", "--source=idx", "--images=x", "--output=" + folder)
        .refused(2, "--labels");
    CommandLineFixture.runHere(
            "prepare", "--source=folder", "--images=x", "--output=y", "--shard-size=big")
        .refused(2, "--shard-size: big", "MB");
    CommandLineFixture.runHere("prepare", "--source=camera", "--images=x", "--output=" + folder)
        .refused(2, "--source: image source 'camera' is not known", "folder, idx, ilsvrc");
    CommandLineFixture.runHere(
            "prepare", "--source=idx", "--images=x", "--label-base=1", "--output=" + folder)
        .refused(2, "--label-base: --source idx has no records with fields");
    CommandLineFixture.runHere(
            "prepare", "--source=parquet", "--images=x", "--label-base=2", "--output=" + folder)
        .refused(2, "label base 2: the first class's number is 0 or 1");
    CommandLineFixture.runHere(
            "prepare", "--source=list", "--images=x", "--labels=y", "--output=" + folder)
        .refused(2, "--source list has its labels in its records", "--label-field");
  }

  @Tag("slow")
  @Test
  void whatCannotBePrintedIsNotDone() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full));
    CommandLineFixture.runInto(full, "summary")
        .refused(7, "standard output cannot be written", "make room");
  }

  @Test
  void aReaderThatGoesAwayIsNoFault() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    new Thread(() -> openAndClose(pipe)).start();
    Result result = CommandLineFixture.runInto(pipe, "summary").succeeded();
    assertThat(result.err()).isEmpty();
  }

  private static void openAndClose(Path pipe) {
    try {
      Files.newInputStream(pipe).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
