package org.googlenet.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.googlenet.FaultyProxy;
import org.googlenet.S3Server;
import org.googlenet.common.Problem;
import org.googlenet.storage.ObjectStore.Body;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is wrong with a bucket, a credential or an endpoint is told soon, and tells no secret. */
class S3AccessTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private final String bucket = S3Server.shared().newBucket();

  @Tag("slow")
  @Test
  void noCredentialsAreNeededWhereTheStoreNeedsNone() throws IOException {
    S3Server server = S3Server.anonymous();
    ObjectStore store =
        new Stores(server.properties()).open("s3a://" + server.newBucket() + "/data");
    store.create("x", Body.of("open".getBytes(UTF_8)));
    assertThat(store.readBytes("x", 10)).asString(UTF_8).isEqualTo("open");
  }

  @Test
  void aWrongSecretIsRefused() {
    for (Throwable e :
        failures("s3a://" + bucket + "/runs", Map.of("fs.s3a.secret.key", "wrong"))) {
      assertRefused(e, "no access", "fs.s3a.secret.key");
    }
  }

  @Test
  void anUnknownKeyIsRefused() {
    for (Throwable e :
        failures("s3a://" + bucket + "/runs", Map.of("fs.s3a.access.key", "nobody"))) {
      assertRefused(e, "no access", "check the credentials");
    }
  }

  @Test
  void noCredentialsWhereTheStoreNeedsThemAreRefused() {
    Map<String, String> none = new HashMap<>();
    none.put("fs.s3a.access.key", "");
    none.put("fs.s3a.secret.key", "");
    for (Throwable e : failures("s3a://" + bucket + "/runs", none)) {
      assertRefused(e, "no access", "fs.s3a.aws.credentials.provider");
    }
  }

  @Test
  void aWrongBucketIsRefused() {
    for (Throwable e : failures("s3a://no-such-bucket-here/runs", Map.of())) {
      assertRefused(e, "no such bucket", "correct the URI");
    }
  }

  @Test
  void anEndpointWhereNobodyListensIsWorthAnotherTry() {
    ObjectStore store =
        new Stores(
                properties(
                    Map.of(
                        "fs.s3a.endpoint",
                        "http://127.0.0.1:1",
                        HadoopDefaults.FIRST_ANSWER,
                        "3s")))
            .open("s3a://" + bucket + "/runs");
    assertUnreachable(failure(() -> store.read("x")));
  }

  @Test
  void anEndpointThatSaysNothingIsWorthAnotherTry() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String endpoint = "http://127.0.0.1:" + silent.getLocalPort();
      for (Throwable e :
          failures(
              "s3a://" + bucket + "/runs",
              Map.of("fs.s3a.endpoint", endpoint, HadoopDefaults.FIRST_ANSWER, "1s"))) {
        assertUnreachable(e);
      }
    }
  }

  @Test
  void aStoreThatGoesAwayIsWaitedForUntilTheDeadline() throws IOException {
    FaultyProxy proxy = FaultyProxy.before(S3Server.shared().port(), 1);
    try (proxy) {
      Map<String, String> properties = new HashMap<>(S3Server.shared().properties(proxy.port()));
      properties.put(HadoopDefaults.DEADLINE, "1s");
      ObjectStore store = new Stores(properties).open("s3a://" + bucket + "/runs");
      assertThat(store.list("")).isEmpty();
      proxy.close();
      assertUnreachable(failure(() -> store.overwrite("x", Body.of(new byte[1]))));
    }
  }

  @Test
  void storesDoNotTellTheirProperties() {
    assertThat(new Stores(S3Server.shared().properties()))
        .asString()
        .doesNotContain(S3Server.SECRET_KEY);
  }

  @Test
  void sparkShowsNoneOfTheKeys() {
    SparkConf conf = new SparkConf(false);
    List.of("access.key", "secret.key", "session.token")
        .forEach(key -> conf.set("spark.hadoop.fs.s3a." + key, S3Server.SECRET_KEY));
    assertThat(conf.toDebugString())
        .contains("spark.hadoop.fs.s3a.secret.key")
        .doesNotContain(S3Server.SECRET_KEY);
  }

  /** What the verbs throw, each within the time. */
  private List<Throwable> failures(String location, Map<String, String> further) {
    ObjectStore store = new Stores(properties(further)).open(location);
    return List.of(
        failure(() -> store.read("x")),
        failure(() -> store.create("x", Body.of(new byte[1]))),
        failure(() -> store.overwrite("x", Body.of(new byte[1]))),
        failure(() -> store.list("")));
  }

  private static Map<String, String> properties(Map<String, String> further) {
    Map<String, String> properties = new HashMap<>(S3Server.shared().properties());
    // A refusal may pass within a 24th of it.
    properties.put(HadoopDefaults.DEADLINE, "3s");
    properties.putAll(further);
    return properties;
  }

  private static Throwable failure(ThrowingCallable call) {
    long start = System.nanoTime();
    Throwable e = catchThrowable(call);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    assertThat(e).isNotNull();
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    assertThat(text.toString()).doesNotContain(S3Server.SECRET_KEY);
    return e;
  }

  private static void assertRefused(Throwable e, String what, String remedy) {
    assertThat(e)
        .isInstanceOf(StorageRefused.class)
        .hasMessageStartingWith("s3a://")
        .hasMessageContaining(what)
        .hasMessageContaining(remedy)
        .hasMessageNotContaining("\n");
    assertThat(((Problem) e).exitCode()).isEqualTo(2);
  }

  private static void assertUnreachable(Throwable e) {
    assertThat(e)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("s3a://")
        .hasMessageContaining("check that the storage is up")
        .hasMessageNotContaining("\n");
    assertThat(StorageProblem.at("s3a://x", (IOException) e).exitCode()).isEqualTo(7);
    assertThat(StorageProblem.at("s3a://x", (IOException) e)).hasMessage(e.getMessage());
  }
}
