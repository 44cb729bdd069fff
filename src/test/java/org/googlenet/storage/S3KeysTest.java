package org.googlenet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.googlenet.FaultyProxy;
import org.googlenet.S3Server;
import org.googlenet.storage.ObjectStore.Body;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** Keys that are renewed while a client is open are taken up, in time or late. */
class S3KeysTest {

  @TempDir private Path folder;

  /** Reads the key from a file at each request, as a provider of tokens does that are renewed. */
  public static final class KeyOfFile implements AwsCredentialsProvider {

    private final Path file;

    public KeyOfFile(Configuration configuration) {
      this.file = Path.of(configuration.get("test.key.file"));
    }

    @Override
    public AwsCredentials resolveCredentials() {
      try {
        return AwsBasicCredentials.create(Files.readString(file), "not checked");
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Tag("slow")
  @Test
  void aClientThatStaysOpenTakesUpRenewedKeys() throws IOException {
    S3Server server = S3Server.anonymous();
    try (FaultyProxy proxy = FaultyProxy.before(server.port(), 1)) {
      Path key = Files.writeString(folder.resolve("key"), "monday");
      proxy.acceptOnly("monday");
      ObjectStore store = store(server, proxy, key);
      byte[] bytes = new byte[3_000_000];
      new Random(1).nextBytes(bytes);
      store.overwrite("x", Body.of(bytes));

      try (InputStream in = store.read("x")) {
        assertThat(in.readNBytes(100)).hasSize(100);
        // Renewed in time: nothing is noticed.
        Files.writeString(key, "tuesday");
        proxy.acceptOnly("tuesday");
        assertThat(in.readAllBytes()).hasSize(bytes.length - 100);
      }
      store.overwrite("y", Body.of(bytes));

      // Renewed late: what is refused meanwhile is tried again.
      proxy.acceptOnly("wednesday");
      var unused =
          CompletableFuture.runAsync(
              () -> write(key, "wednesday"),
              CompletableFuture.delayedExecutor(700, TimeUnit.MILLISECONDS));
      assertThat(store.list("")).hasSize(2);
      store.overwrite("z", Body.of(bytes));
      assertThat(store.list("")).hasSize(3);
    }
  }

  private static ObjectStore store(S3Server server, FaultyProxy proxy, Path key) {
    Map<String, String> properties = new HashMap<>(server.properties(proxy.port()));
    properties.put("fs.s3a.aws.credentials.provider", KeyOfFile.class.getName());
    properties.put("test.key.file", key.toString());
    return new Stores(properties).open("s3a://" + server.newBucket() + "/runs");
  }

  private static void write(Path key, String name) {
    try {
      Files.writeString(key, name);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
