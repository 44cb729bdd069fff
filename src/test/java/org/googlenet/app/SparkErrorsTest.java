package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.googlenet.TinyTraining;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.app.process.DriverMachine;
import org.googlenet.app.process.SparkProblem;
import org.googlenet.app.process.ThisSpark;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What users get wrong about Spark: its master, its folders, its addresses and its version. */
@Timeout(900)
class SparkErrorsTest {

  @TempDir private static Path shared;
  private static TinyTraining tiny;

  @TempDir private Path folder;

  @BeforeAll
  static void writeRecipe() {
    tiny = TinyTraining.in(shared);
  }

  private static Result trainWith(String... properties) {
    List<Object> arguments = new ArrayList<>(List.of("train", tiny.recipe()));
    for (String property : properties) {
      arguments.add("--conf=" + property);
    }
    return CommandLineFixture.runHere(arguments.toArray());
  }

  @Test
  void aMasterThatDoesNotAnswerIsWorthAnotherTry() {
    trainWith("spark.master=spark://127.0.0.1:9")
        .refused(7, "master spark://127.0.0.1:9", "Connection refused", "look whether it is up");
    trainWith("spark.master=spark://127.0.0.1:9,127.0.0.1:11")
        .refused(7, "spark://127.0.0.1:9", "spark://127.0.0.1:11");
  }

  @Test
  void aMasterThatIsNone() throws IOException {
    trainWith("spark.master=spark://no-such-host.invalid:7077")
        .refused(2, "no-such-host.invalid", "host is not known here");
    trainWith("spark.master=spark://127.0.0.1").refused(2, "is not spark://HOST:PORT");
    trainWith("spark.master=sparkle").refused(2, "Spark cannot start with master sparkle");
    try (ServerSocket hangsUp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> hangUp(hangsUp));
      server.start();
      String master = "spark://127.0.0.1:" + hangsUp.getLocalPort();
      trainWith("spark.master=" + master)
          .refused(2, master, "does not answer as a master of this Spark does");
    }
  }

  private static void hangUp(ServerSocket server) {
    try {
      while (true) {
        server.accept().close();
      }
    } catch (IOException e) {
      // The test has ended.
    }
  }

  @Test
  void aFolderForSparkThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    trainWith("spark.local.dir=" + file + "/x").refused(2, "spark.local.dir", file + "/x");
    Path good = folder.resolve("good");
    Result one = trainWith("spark.local.dir=" + file + "/x," + good, "spark.master=sparkle");
    one.refused(2, "sparkle");
  }

  @Test
  void anEventLogWithoutItsFolder() {
    Path none = folder.resolve("none");
    trainWith("spark.eventLog.enabled=true", "spark.eventLog.dir=" + none)
        .refused(2, "spark.eventLog.dir " + none, "make the folder");
  }

  @Test
  void anAddressOfAnotherMachine() {
    trainWith("spark.driver.bindAddress=192.0.2.1")
        .refused(2, "cannot listen on 192.0.2.1", "spark.driver.bindAddress");
    assertThatThrownBy(() -> DriverMachine.requireName(Map.of("SPARK_LOCAL_IP", "x.invalid")))
        .isInstanceOf(SparkProblem.class)
        .hasMessageContaining("SPARK_LOCAL_IP=x.invalid: is not known here");
    assertThatCode(() -> DriverMachine.requireName(Map.of("SPARK_LOCAL_HOSTNAME", "any")))
        .doesNotThrowAnyException();
  }

  @Test
  void aSparkOfAnotherVersion() {
    assertThat(ThisSpark.problem()).isEmpty();
    assertThat(ThisSpark.problem("4.0.1", "2.13.16").orElseThrow())
        .contains("this is Spark 4.0.1 with Scala 2.13.16", "needs Spark 3.5 with Scala 2.12");
    assertThat(ThisSpark.problem("3.5.8", "2.13.8")).isPresent();
    assertThat(ThisSpark.problem("3.5.0", "2.12.18")).isEmpty();
  }
}
