package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.rpc.RpcAddress;
import org.googlenet.StandaloneCluster;
import org.googlenet.TinyTraining;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.app.process.SparkProblem;
import org.googlenet.app.process.StandaloneMasters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a master that cannot be used is told as, by real masters. */
@Timeout(900)
class StandaloneMastersIT {

  private static final String[] SECRET = {
    "spark.authenticate=true", "spark.authenticate.secret=wrong"
  };
  private static final String[] SECRET_AND_ENCRYPTION = {
    "spark.authenticate=true",
    "spark.authenticate.secret=wrong",
    "spark.network.crypto.enabled=true",
    "spark.network.crypto.authEngineVersion=2"
  };

  @TempDir private static Path folder;
  private static TinyTraining tiny;

  @BeforeAll
  static void writeRecipe() {
    tiny = TinyTraining.in(folder);
  }

  private static Result train(StandaloneCluster cluster, String... properties) {
    List<Object> arguments = new ArrayList<>(List.of("train", tiny.recipe(), "--executor-wait=1s"));
    arguments.add("--conf=spark.master=" + cluster.masterUrl());
    Arrays.stream(properties).forEach(property -> arguments.add("--conf=" + property));
    return CommandLineFixture.runHere(arguments.toArray());
  }

  @Tag("slow")
  @Test
  void aSecretThatDiffersIsNamedWhicheverSideLacksIt() {
    try (StandaloneCluster open = StandaloneCluster.start(0)) {
      train(open, SECRET).refused(2, open.masterUrl(), "secrets of cluster and driver differ");
      train(open, SECRET_AND_ENCRYPTION).refused(2, "secrets of cluster and driver differ");
      train(open, "spark.authenticate=true").refused(2, "secrets of cluster and driver differ");
      train(open).refused(7, "gave no executor within 1 s");
    }
    Map<String, String> right =
        Map.of("spark.authenticate", "true", "spark.authenticate.secret", "right");
    try (StandaloneCluster closed = StandaloneCluster.start(0, right)) {
      train(closed).refused(2, closed.masterUrl(), "secrets of cluster and driver differ");
      train(closed, SECRET).refused(2, "secrets of cluster and driver differ");
      train(closed, "spark.authenticate=true", "spark.authenticate.secret=right")
          .refused(7, "gave no executor within 1 s");
    }
  }

  /** As Spark 4.0.1's master answers. */
  @Test
  void anotherSparksClusterIsTold() {
    Exception answer =
        new RuntimeException(
            """
            java.io.InvalidClassException: org.apache.spark.rpc.netty.RpcEndpointVerifier$CheckExistence; \
            local class incompatible: stream classdesc serialVersionUID = 1, local class serialVersionUID = 2
            \tat java.base/java.io.ObjectStreamClass.initNonProxy(ObjectStreamClass.java:597)""");

    SparkProblem problem =
        new StandaloneMasters(new SparkConf(false))
            .problem(new RpcAddress("host", 7077), new Exception("in awaitResult", answer));

    assertThat(problem.exitCode()).isEqualTo(2);
    assertThat(problem)
        .hasMessageContaining("master spark://host:7077: is of another Spark than this one");
  }
}
