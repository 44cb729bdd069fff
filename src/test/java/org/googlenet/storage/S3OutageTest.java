package org.googlenet.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.googlenet.FaultyProxy;
import org.googlenet.FaultyProxy.Refusal;
import org.googlenet.S3Server;
import org.googlenet.common.Problem;
import org.googlenet.storage.ObjectStore.Body;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that stops working is waited for, once for all calls, and told as what it is. */
class S3OutageTest {

  private final S3Server server = S3Server.anonymous();
  private final String location = "s3a://" + server.newBucket() + "/runs";
  private final FaultyProxy proxy = FaultyProxy.before(server.port(), 1);

  @AfterEach
  void close() {
    Stores.stopHurrying();
    proxy.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Refusal.class,
      names = {"ACCESS_DENIED", "CLOCK", "QUOTA", "SLOW_DOWN"})
  void whatPassesIsWaitedFor(Refusal refusal) throws IOException {
    ObjectStore store = working("20s");
    proxy.refuse("", refusal);
    var unused =
        CompletableFuture.runAsync(
            proxy::accept, CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
    store.overwrite("x", text("later"));
    assertThat(store.readBytes("x", 10)).asString(UTF_8).isEqualTo("later");
  }

  @ParameterizedTest
  @CsvSource({
    "ACCESS_DENIED, access is refused, were changed",
    "EXPIRED_TOKEN, the credentials are refused: ExpiredToken, renew them",
    "UNKNOWN_KEY, the credentials are refused: InvalidAccessKeyId, renew them",
    "CLOCK, the clock of this machine differs from the storage's, by NTP",
    "SLOW_DOWN, Status Code: 503, up and not overloaded",
    "KEYS_OF_ENCRYPTION, KMS.ThrottlingException, up and not overloaded",
    "QUOTA, no room: QuotaExceeded, raise the quota",
    "FULL, no room, make room there",
  })
  void whatStaysEndsWithSevenAndIsToldAsWhatItIs(Refusal refusal, String what, String remedy)
      throws IOException {
    ObjectStore store = working("1s");
    proxy.refuse("", refusal);
    Problem problem = problem(() -> store.overwrite("x", text("never")));
    assertThat(problem.exitCode()).isEqualTo(7);
    assertThat(problem)
        .hasMessageStartingWith(location + "/x: ")
        .hasMessageContaining(what)
        .hasMessageContaining(remedy)
        .hasMessageNotContaining("\n");
  }

  @Test
  void whatWasNeverAllowedIsAUsersToMendThoughOtherThingsAre() throws IOException {
    ObjectStore store = store("12s");
    assertThat(store.list("")).isEmpty();
    proxy.refuse("PUT ", Refusal.ACCESS_DENIED);
    Problem problem = problem(() -> store.overwrite("x", text("never")));
    assertThat(problem).isInstanceOf(StorageRefused.class);
    assertThat(problem).hasMessageContaining("no access (AccessDenied");
  }

  @Test
  void atTheStartARefusalMayPassWithinSomeSeconds() throws IOException {
    proxy.refuse("", Refusal.CLOCK);
    var unused =
        CompletableFuture.runAsync(
            proxy::accept, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
    assertThat(store("120s").list("")).isEmpty();
  }

  @Test
  void theCallsOfAnOutageHaveOneDeadline() throws IOException {
    ObjectStore store = working("1s");
    proxy.refuse("", Refusal.SLOW_DOWN);
    assertThat(problem(() -> store.overwrite("x", text("never"))).exitCode()).isEqualTo(7);
    int before = proxy.requests().size();
    assertThat(problem(() -> store.overwrite("y", text("never"))).exitCode()).isEqualTo(7);
    assertThat(problem(() -> store.readBytes("x", 10)).exitCode()).isEqualTo(7);
    // One try of each, which is some requests of S3A's own.
    assertThat(proxy.requests().size() - before).isLessThanOrEqualTo(8);
    proxy.accept();
    store.overwrite("y", text("again"));
  }

  @Test
  void aCallThatGetsNoAnswerIsLeftAtTheDeadline() throws IOException {
    ObjectStore store = working("2s");
    proxy.refuse("", Refusal.EXPIRED_TOKEN);
    var unused =
        CompletableFuture.runAsync(
            () -> proxy.refuse("", Refusal.SILENCE),
            CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS));
    long start = System.nanoTime();
    Problem problem = problem(() -> store.overwrite("x", text("never")));
    assertThat(problem.exitCode()).isEqualTo(7);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void inHurryASilentStorageIsGivenUpAndNotAskedAgain() throws Exception {
    ObjectStore store = working("120s");
    proxy.refuse("", Refusal.SILENCE);
    int before = proxy.requests().size();
    CompletableFuture<Problem> underWay =
        CompletableFuture.supplyAsync(() -> problem(() -> store.readBytes("x", 10)));
    while (proxy.requests().size() == before) {
      Thread.sleep(10);
    }
    Stores.hurry(Duration.ofSeconds(1));
    Problem problem = underWay.get(10, TimeUnit.SECONDS);
    assertThat(problem.exitCode()).isEqualTo(7);
    assertThat(problem).hasMessageContaining("no answer");
    long start = System.nanoTime();
    assertThat(problem(() -> store.overwrite("x", text("never"))).exitCode()).isEqualTo(7);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    Stores.stopHurrying();
    proxy.accept();
    store.overwrite("x", text("again"));
  }

  private ObjectStore working(String deadline) throws IOException {
    ObjectStore store = store(deadline);
    store.overwrite("x", text("before"));
    assertThat(store.readBytes("x", 10)).asString(UTF_8).isEqualTo("before");
    return store;
  }

  private ObjectStore store(String deadline) {
    Map<String, String> properties = new HashMap<>(server.properties(proxy.port()));
    properties.put(HadoopDefaults.DEADLINE, deadline);
    // A try shall be over soon here.
    properties.put("fs.s3a.retry.limit", "1");
    properties.put("fs.s3a.retry.interval", "5ms");
    properties.put("fs.s3a.retry.throttle.limit", "1");
    properties.put("fs.s3a.retry.throttle.interval", "5ms");
    return new Stores(properties).open(location);
  }

  private Problem problem(ThrowingCallable call) {
    Throwable e = catchThrowable(call);
    assertThat(e).isNotNull();
    return e instanceof Problem problem ? problem : StorageProblem.at(location, (IOException) e);
  }

  private static Body text(String text) {
    return Body.of(text.getBytes(UTF_8));
  }
}
