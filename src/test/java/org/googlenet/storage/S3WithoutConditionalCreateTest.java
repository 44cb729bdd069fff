package org.googlenet.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.googlenet.S3Server;
import org.googlenet.storage.ObjectStore.Body;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** S3A without conditional create keeps the contract by letting a create settle. */
@Tag("slow")
class S3WithoutConditionalCreateTest extends S3StoreContract {

  /** Longer than a busy machine takes from a look to the end of a put. */
  private static final Duration SETTLE = Duration.ofSeconds(3);

  @Override
  protected ObjectStore store() {
    return store(Map.of());
  }

  private ObjectStore store(Map<String, String> further) {
    Map<String, String> properties = new HashMap<>(S3Server.shared().properties());
    properties.put("fs.s3a.create.conditional.enabled", "false");
    properties.put(HadoopDefaults.SETTLE, SETTLE.toMillis() + "ms");
    properties.putAll(further);
    return new Stores(properties).open(location);
  }

  @Test
  void ofTwoWritersThatBothFoundTheNameFreeOneHoldsIt() throws Exception {
    ObjectStore store = store();
    CyclicBarrier bothHaveLooked = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Boolean>> creates = new ArrayList<>();
      for (String writer : List.of("first", "second")) {
        creates.add(
            threads.submit(
                () ->
                    created(
                        store,
                        out -> {
                          await(bothHaveLooked);
                          out.write(writer.getBytes(UTF_8));
                        })));
      }
      boolean first = creates.get(0).get(60, TimeUnit.SECONDS);
      boolean second = creates.get(1).get(60, TimeUnit.SECONDS);
      assertThat(first).isNotEqualTo(second);
      assertThat(store.readBytes("terms/0001.json", 10))
          .asString(UTF_8)
          .isEqualTo(first ? "first" : "second");
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aWriterThatStoodStillAfterItsLookDoesNotHoldTheName() throws Exception {
    ObjectStore store = store();
    CountDownLatch looked = new CountDownLatch(1);
    CountDownLatch otherHoldsIt = new CountDownLatch(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> frozen =
          thread.submit(
              () -> {
                store.create(
                    "terms/0001.json",
                    out -> {
                      looked.countDown();
                      await(otherHoldsIt);
                      out.write("frozen".getBytes(UTF_8));
                    });
                return null;
              });
      assertThat(looked.await(60, TimeUnit.SECONDS)).isTrue();
      store.create("terms/0001.json", Body.of("other".getBytes(UTF_8)));
      otherHoldsIt.countDown();
      assertThatThrownBy(() -> frozen.get(60, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining("longer than the settling time of 3000 ms")
          .hasMessageContaining("raise googlenet.create.settle");
    } finally {
      thread.shutdownNow();
    }
  }

  private static boolean created(ObjectStore store, Body body) throws IOException {
    try {
      store.create("terms/0001.json", body);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void await(CyclicBarrier barrier) throws IOException {
    try {
      barrier.await(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new IOException("nobody came");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
