package org.googlenet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real S3 server, S3Proxy over a folder, as a process of its own on loopback. The build puts its
 * jar into {@code target/servers}.
 *
 * <p>It checks signatures, and has conditional puts, also of multipart uploads.
 */
public final class S3Server implements AutoCloseable {

  public static final String ACCESS_KEY = "storage-tests";
  public static final String SECRET_KEY = "not-to-be-seen-anywhere-7d1f";

  private static final Path JARS = Path.of("target/servers").toAbsolutePath();
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final int TRIES = 5;
  private static final long LONGEST_SECONDS = 60;

  private static S3Server shared;
  private static S3Server open;

  private final Path folder;
  private final boolean signed;
  private Process process;
  private int port;

  private S3Server(boolean signed) {
    this.signed = signed;
    try {
      this.folder = Files.createTempDirectory("s3-server-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /** The server of this JVM's tests, which asks for the keys above. */
  public static synchronized S3Server shared() {
    if (shared == null) {
      shared = new S3Server(true).started();
    }
    return shared;
  }

  /** One that asks for no credentials. */
  public static synchronized S3Server anonymous() {
    if (open == null) {
      open = new S3Server(false).started();
    }
    return open;
  }

  public int port() {
    return port;
  }

  /** A new bucket that no other test uses. */
  public String newBucket() {
    String bucket = "b-" + UUID.randomUUID();
    try {
      // A bucket is a folder there.
      Files.createDirectories(folder.resolve("buckets").resolve(bucket));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bucket;
  }

  /** What a client needs. */
  public Map<String, String> properties() {
    return properties(port);
  }

  /**
   * The same through another port, such as that of a {@link FaultyProxy}. Names are signed, so it
   * must hand on the headers as they are.
   */
  public Map<String, String> properties(int throughPort) {
    Map<String, String> properties = new HashMap<>();
    properties.put("fs.s3a.endpoint", "http://127.0.0.1:" + throughPort);
    properties.put("fs.s3a.path.style.access", "true");
    properties.put("fs.s3a.connection.ssl.enabled", "false");
    properties.put("fs.s3a.endpoint.region", "us-east-1");
    if (signed) {
      properties.put("fs.s3a.access.key", ACCESS_KEY);
      properties.put("fs.s3a.secret.key", SECRET_KEY);
      properties.put(
          "fs.s3a.aws.credentials.provider",
          "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    } else {
      properties.put(
          "fs.s3a.aws.credentials.provider",
          "org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider");
    }
    return properties;
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private S3Server started() {
    try {
      for (int i = 1; ; i++) {
        start();
        if (answers()) {
          return this;
        }
        close();
        if (i == TRIES) {
          throw new IllegalStateException(
              "S3Proxy did not start:\n" + Files.readString(folder.resolve("log")));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void start() throws IOException {
    port = freePort();
    Files.createDirectories(folder.resolve("buckets"));
    Path settings = folder.resolve("s3proxy.conf");
    Files.write(
        settings,
        List.of(
            "s3proxy.endpoint=http://127.0.0.1:" + port,
            "s3proxy.authorization=" + (signed ? "aws-v4" : "none"),
            "s3proxy.identity=" + ACCESS_KEY,
            "s3proxy.credential=" + SECRET_KEY,
            "jclouds.provider=filesystem-nio2",
            "jclouds.identity=none",
            "jclouds.credential=none",
            "jclouds.filesystem.basedir=" + folder.resolve("buckets")));
    process =
        new ProcessBuilder(
                JAVA, "-Xmx512m", "-jar", jar().toString(), "--properties", settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
  }

  /** False if the process ended, say because the port was taken meanwhile. */
  private boolean answers() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (process.isAlive() && System.nanoTime() < end) {
      try {
        HttpURLConnection connection =
            (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + "/").toURL().openConnection();
        connection.setConnectTimeout(1000);
        connection.setReadTimeout(5000);
        connection.getResponseCode();
        connection.disconnect();
        return true;
      } catch (IOException e) {
        Thread.sleep(50);
      }
    }
    return false;
  }

  private static Path jar() throws IOException {
    try (Stream<Path> jars = Files.list(JARS)) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith("s3proxy-"))
          .findFirst()
          .orElseThrow(() -> new IOException(JARS + ": holds no S3Proxy; run mvn test-compile"));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
