package org.googlenet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds and runs projects of somebody else's: with exactly the dependencies and the code of {@code
 * docs/java.md} and {@code docs/engine.md}, and with those of a DL4J project in front.
 */
@Tag("long")
class ConsumerIT {

  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final Path PLAIN = Path.of(System.getProperty("plain.jar"));
  private static final long LONGEST_MINUTES = 15;

  private static final String DL4J =
      """
      <dependency>
        <groupId>org.deeplearning4j</groupId><artifactId>deeplearning4j-core</artifactId><version>1.0.0-M2</version>
      </dependency>
      <dependency>
        <groupId>org.nd4j</groupId><artifactId>nd4j-native</artifactId><version>1.0.0-M2</version>
      </dependency>
      """;

  /** Trains by both of the page's methods, and once more what was saved. */
  private static final String MAIN =
      """
      import java.util.*;
      import org.apache.spark.SparkConf;
      import org.apache.spark.api.java.JavaSparkContext;
      import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
      import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
      import org.deeplearning4j.nn.conf.inputs.InputType;
      import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
      import org.deeplearning4j.nn.conf.layers.OutputLayer;
      import org.deeplearning4j.nn.graph.ComputationGraph;
      import org.deeplearning4j.optimize.listeners.CollectScoresListener;
      import org.deeplearning4j.util.ModelSerializer;
      import org.googlenet.model.Batch;
      import org.nd4j.linalg.activations.Activation;
      import org.nd4j.linalg.api.ndarray.INDArray;
      import org.nd4j.linalg.dataset.DataSet;
      import org.nd4j.linalg.dataset.api.MultiDataSet;
      import org.nd4j.linalg.factory.Nd4j;

      public class Main {
        public static void main(String[] none) throws Exception {
          org.slf4j.LoggerFactory.getLogger("consumer").error("is logged");
          try (JavaSparkContext spark = new JavaSparkContext(new SparkConf()
              .setMaster("local[2]").setAppName("consumer").set("spark.ui.enabled", "false")
              .set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1"))) {
            List<MultiDataSet> batches = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
              INDArray labels = Nd4j.zeros(1, 10);
              labels.putScalar(i, 1);
              batches.add(new org.nd4j.linalg.dataset.MultiDataSet(
                  new INDArray[] {Nd4j.rand(1, 3, 96, 96)}, new INDArray[] {labels, labels, labels}));
            }
            Snippet0.train(spark, spark.parallelize(batches));
          }
          ComputationGraph graph = ModelSerializer.restoreComputationGraph(new java.io.File("model.zip"), true);
          int saved = graph.getIterationCount();
          graph.addListeners(new CollectScoresListener(1));
          Batch batch = new Batch(new float[2 * 3 * 96 * 96], new int[2], List.of());
          Snippet1.train(graph, List.of(batch, batch), 1);
          DataSet images = new DataSet(Nd4j.rand(2, 3, 32, 32), Nd4j.eye(2));
          System.out.println("accuracy " + Snippet3.train(
              small(), new ListDataSetIterator<>(images.asList(), 2), new ListDataSetIterator<>(images.asList(), 2)));
          System.out.println("trained on from " + saved + " by " + (graph.getIterationCount() - saved));
        }

        private static ComputationGraph small() {
          ComputationGraph graph = new ComputationGraph(new NeuralNetConfiguration.Builder()
              .graphBuilder().addInputs("in").setInputTypes(InputType.convolutional(32, 32, 3))
              .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "in")
              .addLayer("out", new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build(), "conv")
              .setOutputs("out").build());
          graph.init();
          return graph;
        }
      }
      """;

  @Test
  void aProjectWithTheDependenciesOfThePageLogsAndTrains(@TempDir Path folder) throws Exception {
    assertThat(run(folder, ""))
        .contains("is logged", "by 2", "accuracy ")
        .doesNotContain("StaticLoggerBinder");
  }

  @Test
  void aProjectThatHasDl4jAlreadyLogsAndTrains(@TempDir Path folder) throws Exception {
    assertThat(run(folder, DL4J)).contains("is logged", "by 2");
  }

  @Test
  void theSourcesAndTheDocumentationOfTheApiLieBesideThePlainJar() throws IOException {
    assertThat(entries("sources")).contains("org/googlenet/engine/OneDnnEngine.java");
    assertThat(entries("javadoc"))
        .contains(
            "org/googlenet/engine/OneDnnEngine.html",
            "org/googlenet/dl4j/AveragingTrainingMaster.html",
            "org/googlenet/model/GoogLeNet.html");
  }

  private static List<String> entries(String classifier) throws IOException {
    String name = PLAIN.getFileName().toString().replace(".jar", "-" + classifier + ".jar");
    try (JarFile jar = new JarFile(PLAIN.resolveSibling(name).toFile())) {
      return jar.stream().map(JarEntry::getName).toList();
    }
  }

  /** Builds a project and runs its main class; returns what that printed. */
  private static String run(Path folder, String before) throws Exception {
    Path repository = repository(folder);
    try {
      return run(folder, repository, before);
    } finally {
      delete(repository);
    }
  }

  /** JUnit would warn of each link that it deletes. */
  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static String run(Path folder, Path repository, String before) throws Exception {
    String page = Files.readString(ROOT.resolve("docs/java.md"));
    String engine = Files.readString(ROOT.resolve("docs/engine.md"));
    Path sources = Files.createDirectories(folder.resolve("src/main/java"));
    List<String> blocks = blocks(page + engine, "java");
    for (int i = 0; i < blocks.size(); i++) {
      Files.writeString(sources.resolve("Snippet" + i + ".java"), asClass(blocks.get(i), i));
    }
    Files.writeString(sources.resolve("Main.java"), MAIN);
    Files.writeString(
        folder.resolve("pom.xml"), pom(before + String.join("\n", blocks(page + engine, "xml"))));
    execute(
        folder,
        List.of(
            "mvn",
            "-B",
            "-q",
            "-ntp",
            "-Dmaven.repo.local=" + repository,
            "compile",
            "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath",
            "-Dmdep.outputFile=classpath"));
    return execute(
        folder,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + ROOT.resolve("conf/jvm.options"),
            "-Xmx2g",
            "-cp",
            "target/classes:" + Files.readString(folder.resolve("classpath")),
            "Main"));
  }

  /**
   * A local repository of its own, with what the user's has already and this project's plain jar.
   */
  private static Path repository(Path folder) throws IOException {
    Path own = folder.resolve("repository");
    Path users = Path.of(System.getProperty("user.home"), ".m2", "repository");
    try (Stream<Path> files = Files.walk(users)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path link = own.resolve(users.relativize(file).toString());
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, file);
      }
    }
    String version = PLAIN.getFileName().toString().replaceAll("^googlenet-spark-|\\.jar$", "");
    Path place = Files.createDirectories(own.resolve("org/googlenet/googlenet-spark/" + version));
    Files.deleteIfExists(place.resolve(PLAIN.getFileName()));
    Files.copy(PLAIN, place.resolve(PLAIN.getFileName()));
    Path pom = place.resolve("googlenet-spark-" + version + ".pom");
    Files.deleteIfExists(pom);
    Files.copy(ROOT.resolve("pom.xml"), pom, StandardCopyOption.REPLACE_EXISTING);
    return own;
  }

  private static List<String> blocks(String page, String language) {
    List<String> blocks = new ArrayList<>();
    Matcher matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }

  /** The imports of a block, and its methods in a class. */
  private static String asClass(String block, int number) {
    int end = block.lastIndexOf("import ");
    int methods = block.indexOf('\n', end) + 1;
    return block.substring(0, methods)
        + "public class Snippet"
        + number
        + " {\n"
        + block.substring(methods)
        + "}\n";
  }

  private static String pom(String dependencies) {
    return """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>consumer</groupId><artifactId>consumer</artifactId><version>1</version>
          <properties>
            <maven.compiler.source>17</maven.compiler.source>
            <maven.compiler.target>17</maven.compiler.target>
            <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
          </properties>
          <dependencies>
        %s
          </dependencies>
        </project>
        """
        .formatted(dependencies);
  }

  private static String execute(Path folder, List<String> command) throws Exception {
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().remove("SPARK_HOME");
    Process process = builder.start();
    boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly();
    String text = Files.readString(out);
    assertThat(ended && process.exitValue() == 0).as("%s%n%s", command, text).isTrue();
    return text;
  }
}
