package org.googlenet.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.FaultyProxy;
import org.googlenet.HdfsServer;
import org.googlenet.S3Server;
import org.googlenet.TinyTraining;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.app.CommandLineFixture.Running;
import org.googlenet.common.ExitCode;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs, models and data on real servers, S3 and HDFS, by the real command line. */
@Timeout(900)
@Tag("slow")
class RemoteRunsTest {

  private static final TrainedRun UNBROKEN = TrainedRun.get();
  private static final int STORAGE_UNAVAILABLE = 7;

  /**
   * Somewhere to run.
   *
   * @param uri of a folder
   * @param environment with the credentials
   * @param hadoop properties that are no secret
   * @param access properties by which the test itself reads
   */
  private record Place(
      String uri,
      Map<String, String> environment,
      Map<String, String> hadoop,
      Map<String, String> access) {

    static Place s3(int throughPort) {
      S3Server server = S3Server.shared();
      return new Place(
          "s3a://" + server.newBucket() + "/lab",
          Map.of(
              "AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY,
              "AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY),
          Map.of(
              "fs.s3a.endpoint", "http://127.0.0.1:" + throughPort,
              "fs.s3a.endpoint.region", "us-east-1",
              "fs.s3a.path.style.access", "true",
              "fs.s3a.connection.ssl.enabled", "false"),
          server.properties());
    }

    static Place hdfs() {
      return new Place(HdfsServer.shared().uri() + "/lab", Map.of(), Map.of(), Map.of());
    }

    ObjectStore store() {
      return new Stores(access).open(uri);
    }

    /** Copies the data of the unbroken run here. */
    Place withData() throws IOException {
      ObjectStore here = store();
      for (String split : List.of("train", "validation")) {
        Path folder = UNBROKEN.training().folder().resolve(split);
        ObjectStore there = new Stores(Map.of()).open(folder.toString());
        for (ObjectStore.Entry object : there.list("")) {
          here.create(
              split + "/" + object.name(),
              out -> {
                try (InputStream in = there.read(object.name())) {
                  in.transferTo(out);
                }
              });
        }
      }
      return this;
    }

    Running start(String... arguments) {
      List<Object> all = new ArrayList<>(Arrays.asList(arguments));
      hadoop.forEach(
          (key, value) -> all.addAll(List.of("--conf", "spark.hadoop." + key + "=" + value)));
      return CommandLineFixture.start(environment, all.toArray());
    }

    Running train(String... more) {
      List<String> all = new ArrayList<>(List.of("train", UNBROKEN.training().recipe().toString()));
      for (String setting :
          List.of(
              "output=" + uri + "/runs",
              "data.train=" + uri + "/train",
              "data.validation=" + uri + "/validation",
              "checkpoint.every=1")) {
        all.addAll(List.of("--set", setting));
      }
      all.addAll(List.of(more));
      return start(all.toArray(new String[0]));
    }

    String shown(String what) {
      return start("checkpoints", "show", uri + "/runs/tiny", "--format", "json")
          .await()
          .json()
          .get(what)
          .asText();
    }
  }

  @Test
  void trainKillResumeEvaluateAndPromoteOnS3() throws IOException {
    Place place = Place.s3(S3Server.shared().port()).withData();

    List<Result> results = trainKillResumeEvaluateAndPromote(place);

    assertThat(results)
        .allSatisfy(
            result -> assertThat(result.out() + result.err()).doesNotContain(S3Server.SECRET_KEY));
    assertHoldsNoSecret(place.store());
  }

  private static void assertHoldsNoSecret(ObjectStore store) throws IOException {
    List<ObjectStore.Entry> objects = store.list("");
    assertThat(objects).isNotEmpty();
    for (ObjectStore.Entry object : objects) {
      byte[] bytes = store.readBytes(object.name(), 100_000_000);
      assertThat(new String(bytes, StandardCharsets.ISO_8859_1).contains(S3Server.SECRET_KEY))
          .as(object.name())
          .isFalse();
    }
  }

  @Test
  void aSecretThatIsASettingOfSparksIsNeitherPrintedNorStoredNorInTheEventLog(@TempDir Path folder)
      throws IOException {
    Place byEnvironment = Place.s3(S3Server.shared().port());
    Map<String, String> settings = new HashMap<>(byEnvironment.hadoop());
    settings.put("fs.s3a.access.key", S3Server.ACCESS_KEY);
    settings.put("fs.s3a.secret.key", S3Server.SECRET_KEY);
    // Of a bucket and an account that the run has not to do with.
    settings.put("fs.s3a.bucket.another.encryption.key", S3Server.SECRET_KEY);
    settings.put("fs.s3a.bucket.another.server-side-encryption.key", S3Server.SECRET_KEY);
    settings.put("fs.azure.account.key.another.dfs.core.windows.net", S3Server.SECRET_KEY);
    Place place =
        new Place(byEnvironment.uri(), Map.of(), settings, byEnvironment.access()).withData();
    Path events = Files.createDirectory(folder.resolve("events"));

    Result result =
        place
            .train(
                "--set=training={batch: 4, rounds: 1, seed: 7}",
                "--outcome=" + place.uri() + "/outcome.json",
                "--verbose",
                "--conf=spark.eventLog.enabled=true",
                "--conf=spark.eventLog.dir=" + events.toUri())
            .await()
            .succeeded();

    assertThat(result.out() + result.err()).doesNotContain(S3Server.SECRET_KEY);
    assertHoldsNoSecret(place.store());
    assertHoldsNoSecret(new Stores(Map.of()).open(events.toString()));
  }

  @Test
  void aWrongSecretBucketOrEndpointEndsInOneLineThatTellsNoSecret() {
    Place right = Place.s3(S3Server.shared().port());
    Map<String, String> wrong =
        Map.of(
            "AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", "wrong-and-secret");
    Place badSecret = new Place(right.uri(), wrong, right.hadoop(), Map.of());
    Place badBucket =
        new Place("s3a://no-such-bucket/lab", right.environment(), right.hadoop(), Map.of());
    Place badEndpoint = Place.s3(1);

    Result noSecret = badSecret.start("checkpoints", "list", badSecret.uri() + "/runs/x").await();
    noSecret.refused(2, right.uri(), "no access", "check the credentials");
    assertThat(noSecret.err()).doesNotContain("wrong-and-secret");
    badBucket
        .start("evaluate", badBucket.uri() + "/runs/x", "--data", badBucket.uri() + "/train")
        .await()
        .refused(2, "no such bucket", "correct the URI");
    badEndpoint
        .start("promote", badEndpoint.uri() + "/runs/x", "--models", badEndpoint.uri() + "/models")
        .await()
        .refused(7, badEndpoint.uri());
    Result train = badSecret.train().await();
    assertThat(train.exitCode()).isEqualTo(2);
    assertThat(train.err()).contains("3 problems", "no access").doesNotContain("wrong-and-secret");
  }

  @Test
  @Tag("long")
  void trainKillResumeEvaluateAndPromoteOnHdfs() throws IOException {
    trainKillResumeEvaluateAndPromote(Place.hdfs().withData());
  }

  private static List<Result> trainKillResumeEvaluateAndPromote(Place place) throws IOException {
    List<Result> results = new ArrayList<>();
    try (Running running = place.train()) {
      results.add(running.awaitLine("checkpoint 000003-0001").kill());
    }
    Result resumed = place.train("--lease-wait", "1m").await().succeeded();
    results.add(resumed);
    assertThat(resumed.out())
        .containsPattern("going on from checkpoint 00000[345]-0001")
        .contains("everything lies in " + place.uri() + "/runs/tiny");
    assertThat(place.shown("parametersSha256")).isEqualTo(unbroken("parametersSha256"));

    String models = place.uri() + "/models";
    results.add(
        place.start("promote", place.shown("location"), "--models", models).await().succeeded());
    Result evaluated =
        place
            .start("evaluate", models, "--data", place.uri() + "/validation", "--format", "json")
            .await();
    results.add(evaluated);
    assertThat(evaluated.json().get("examples").asInt())
        .isEqualTo(TinyTraining.VALIDATION_EXAMPLES);
    assertThat(evaluated.json().get("top1").asDouble())
        .isEqualTo(Double.parseDouble(unbroken("top1")));

    assertThat(
            place
                .start("runs", place.uri() + "/runs")
                .await()
                .succeeded()
                .out()
                .lines()
                .toList()
                .get(1))
        .matches("tiny +finished +9/9 .*");
    String page = place.uri() + "/pages/tiny.html";
    results.add(
        place.start("report", place.uri() + "/runs/tiny", "--output", page).await().succeeded());
    assertThat(new String(place.store().readBytes("pages/tiny.html", 10_000_000), UTF_8))
        .contains("class=\"badge finished\"", "9 of 9", "data:image/jpeg;base64,");
    return results;
  }

  private static String unbroken(String what) {
    return CommandLineFixture.runHere("checkpoints", "show", UNBROKEN.path(), "--format", "json")
        .json()
        .get(what)
        .asText();
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void aStorageThatFailsNowAndThenChangesNoBit(long seed) throws IOException {
    trainThroughFaults(seed);
  }

  /** With one try a request, so that drivers fail; each time the same command is given again. */
  private static void trainThroughFaults(long seed) throws IOException {
    try (FaultyProxy proxy = FaultyProxy.before(S3Server.shared().port(), seed)) {
      Place place = Place.s3(proxy.port()).withData();
      proxy.disturb(4);
      int drivers = 0;
      Result last;
      do {
        last =
            place
                .train(
                    "--lease-wait",
                    "1m",
                    "--conf",
                    "spark.hadoop.fs.s3a.attempts.maximum=1",
                    "--conf",
                    "spark.hadoop.fs.s3a.retry.limit=1",
                    "--conf",
                    "spark.hadoop.googlenet.storage.deadline=2s")
                .await();
        drivers++;
        assertThat(last.exitCode())
            .as("driver %d: %s", drivers, last)
            .isIn(ExitCode.DONE, STORAGE_UNAVAILABLE);
      } while (last.exitCode() != ExitCode.DONE && drivers < 30);
      System.out.printf("seed %d: %d drivers, disturbed: %s%n", seed, drivers, proxy.counts());
      assertThat(proxy.faults()).isGreaterThan(10);
      proxy.disturb(0);
      assertThat(place.shown("parametersSha256")).isEqualTo(unbroken("parametersSha256"));
    }
  }
}
