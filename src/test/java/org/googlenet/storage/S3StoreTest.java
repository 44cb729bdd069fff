package org.googlenet.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.googlenet.FaultyProxy;
import org.googlenet.FaultyProxy.Fault;
import org.googlenet.S3Server;
import org.googlenet.storage.ObjectStore.Body;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** S3A with conditional create keeps the contract on a real S3 server, also behind faults. */
class S3StoreTest extends S3StoreContract {

  @Override
  protected ObjectStore store() {
    return new Stores(S3Server.shared().properties()).open(location);
  }

  @Test
  void aCreateWhoseAnswerIsLostIsASuccess() throws IOException {
    try (FaultyProxy proxy = FaultyProxy.before(S3Server.shared().port(), 1)) {
      ObjectStore store = through(proxy);
      store.create("x", text("first")); // learns that the store has conditional puts
      proxy.disturbNext("PUT ", Fault.LOST_ANSWER);
      store.create("y", text("mine"));
      assertThat(proxy.counts()).containsEntry(Fault.LOST_ANSWER, 1);
      assertThat(store.readBytes("y", 10)).asString(UTF_8).isEqualTo("mine");
      assertThatThrownBy(() -> store.create("y", text("another's")))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
  }

  @Test
  void onceTheStoreIsKnownACreateIsOnePut() throws IOException {
    try (FaultyProxy proxy = FaultyProxy.before(S3Server.shared().port(), 1)) {
      ObjectStore store = through(proxy);
      store.create("x", text("first"));
      int before = proxy.requests().size();
      store.create("y", text("second"));
      List<String> requests = proxy.requests();
      assertThat(requests.subList(before, requests.size()))
          .singleElement()
          .asString()
          .startsWith("PUT ");
    }
  }

  @Test
  void throttlingIsSurvived() throws IOException {
    try (FaultyProxy proxy = FaultyProxy.before(S3Server.shared().port(), 1)) {
      ObjectStore store = through(proxy);
      for (int i = 0; i < 4; i++) {
        proxy.disturbNext("PUT ", Fault.SLOW_DOWN_503);
      }
      store.overwrite("x", text("patience"));
      assertThat(proxy.counts()).containsEntry(Fault.SLOW_DOWN_503, 4);
      assertThat(store.readBytes("x", 10)).asString(UTF_8).isEqualTo("patience");
    }
  }

  @Test
  void aReadGoesOnWhereItsConnectionBroke() throws IOException {
    byte[] bytes = random(6_000_000);
    store().overwrite("x", Body.of(bytes));
    try (FaultyProxy proxy = FaultyProxy.before(S3Server.shared().port(), 1)) {
      ObjectStore store = through(proxy);
      for (int i = 0; i < 4; i++) {
        proxy.disturbNext("GET /" + BUCKET + "/runs", Fault.CUT_IN_ANSWER);
      }
      assertThat(Arrays.equals(store.readBytes("x", bytes.length), bytes)).isTrue();
      assertThat(proxy.counts()).containsEntry(Fault.CUT_IN_ANSWER, 4);
    }
  }

  @Test
  void aReadGoesOnAlsoWhereS3aGivesUp() throws IOException {
    byte[] bytes = random(6_000_000);
    store().overwrite("x", Body.of(bytes));
    try (FaultyProxy proxy = FaultyProxy.before(S3Server.shared().port(), 1)) {
      ObjectStore store =
          through(proxy, Map.of("fs.s3a.attempts.maximum", "1", "fs.s3a.retry.limit", "0"));
      store.list("");
      proxy.disturbNext("GET /" + BUCKET + "/runs", Fault.CUT_IN_ANSWER);
      proxy.disturbNext("GET /" + BUCKET + "/runs", Fault.CUT_BEFORE_REQUEST);
      proxy.disturbNext("GET /" + BUCKET + "/runs", Fault.ERROR_500);
      try (InputStream in = store.readRange("x", 100, 5_900_000)) {
        byte[] range = in.readAllBytes();
        assertThat(Arrays.equals(range, Arrays.copyOfRange(bytes, 100, 5_900_100))).isTrue();
      }
      assertThat(proxy.faults()).isEqualTo(3);
    }
  }

  @Test
  void anObjectThatIsReplacedWhileItIsReadIsNotMixedWithTheNewOne() throws IOException {
    byte[] old = random(6_000_000);
    byte[] other = random(5_000_000);
    ObjectStore direct = store();
    direct.overwrite("x", Body.of(old));
    try (FaultyProxy proxy = FaultyProxy.before(S3Server.shared().port(), 1)) {
      ObjectStore store = through(proxy);
      proxy.disturbNext("GET /" + BUCKET + "/runs", Fault.CUT_IN_ANSWER);
      try (InputStream in = store.read("x")) {
        assertThat(in.readNBytes(1000)).isEqualTo(Arrays.copyOf(old, 1000));
        direct.overwrite("x", Body.of(other));
        assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void aWriteThatIsCutInTheMiddleIsMadeAgain() throws IOException {
    byte[] bytes = random(20_000_000);
    try (FaultyProxy proxy = FaultyProxy.before(S3Server.shared().port(), 1)) {
      ObjectStore store = through(proxy);
      proxy.disturbNext("uploadId", Fault.CUT_IN_REQUEST);
      proxy.disturbNext("uploadId", Fault.ERROR_500);
      proxy.disturbNext("POST ", Fault.LOST_ANSWER);
      store.overwrite("x", Body.of(bytes));
      assertThat(proxy.faults()).isEqualTo(3);
      assertThat(Arrays.equals(store.readBytes("x", bytes.length), bytes)).isTrue();
    }
  }

  /** Some stores take the header and do not look at it. */
  @Test
  void aStoreThatIgnoresTheConditionIsFoundOut() throws IOException {
    S3Server server = S3Server.anonymous();
    try (FaultyProxy proxy = FaultyProxy.before(server.port(), 1)) {
      proxy.dropHeader("If-None-Match");
      Map<String, String> properties = new HashMap<>(server.properties(proxy.port()));
      properties.put(HadoopDefaults.SETTLE, "1s");
      ObjectStore store = new Stores(properties).open("s3a://" + server.newBucket() + "/runs");
      store.create("x", text("first"));
      assertThatThrownBy(() -> store.create("x", text("second")))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(store.readBytes("x", 10)).asString(UTF_8).isEqualTo("first");
    }
  }

  @Tag("slow")
  @Test
  void aCreateOfWhichItIsNotKnownWhetherItWasConditionalSettles() throws IOException {
    try (FaultyProxy proxy = FaultyProxy.before(S3Server.shared().port(), 1)) {
      ObjectStore store =
          through(
              proxy,
              Map.of(
                  HadoopDefaults.SETTLE,
                  "8s",
                  "fs.s3a.attempts.maximum",
                  "1",
                  "fs.s3a.retry.limit",
                  "1"));
      AtomicInteger puts = new AtomicInteger();
      long start = System.nanoTime();
      store.create(
          "x",
          out -> {
            if (puts.incrementAndGet() == 2) {
              for (int i = 0; i < 10; i++) {
                proxy.disturbNext("PUT ", Fault.ERROR_500);
              }
            }
            out.write("first".getBytes(UTF_8));
          });
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(8));
      assertThat(puts.get()).isGreaterThanOrEqualTo(2);
      assertThat(proxy.faults()).isPositive();
      assertThat(store.readBytes("x", 10)).asString(UTF_8).isEqualTo("first");
    }
  }

  private ObjectStore through(FaultyProxy proxy) {
    return through(proxy, Map.of());
  }

  private ObjectStore through(FaultyProxy proxy, Map<String, String> further) {
    Map<String, String> properties = new HashMap<>(S3Server.shared().properties(proxy.port()));
    properties.putAll(further);
    return new Stores(properties).open(location);
  }
}
