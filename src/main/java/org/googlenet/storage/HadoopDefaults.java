package org.googlenet.storage;

import static java.util.Map.entry;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;

/**
 * The settings of Hadoop's clients that the stores work with. A setting of the user's takes
 * precedence, whether it is a property, or from {@code core-site.xml} or {@code hdfs-site.xml}, or
 * a bucket's own ({@code fs.s3a.bucket.NAME.*}).
 *
 * <p>Hadoop's own defaults retry for minutes, one layer within another (an endpoint that does not
 * answer would block S3A for half an hour, HDFS for a quarter of an hour). These retry a single
 * request for some seconds; {@link Retries} works above them, with one deadline for everything.
 */
final class HadoopDefaults {

  /** How long a call is tried again, counted from its first failure. */
  static final String DEADLINE = "googlenet.storage.deadline";

  /** How long a storage that has not answered yet may take for its first answer. */
  static final String FIRST_ANSWER = "googlenet.storage.first.answer";

  /** How long a create on S3 without conditional create waits before it reads its object back. */
  static final String SETTLE = "googlenet.create.settle";

  /** Plain numbers are milliseconds: S3A before 3.4 does not accept units there. */
  private static final Map<String, String> S3A =
      Map.ofEntries(
          // The AWS SDK tries a request once, and S3A tries that 3 times, for a second in all.
          entry("fs.s3a.attempts.maximum", "1"),
          entry("fs.s3a.retry.limit", "2"),
          entry("fs.s3a.retry.interval", "300ms"),
          // 503: pauses that double from 0.2 s, two seconds in all.
          entry("fs.s3a.retry.throttle.limit", "3"),
          entry("fs.s3a.retry.throttle.interval", "200ms"),
          // S3A 3.4 raises anything shorter to this.
          entry("fs.s3a.connection.establish.timeout", "15000"),
          // Silence on a connection, and a whole request without a body.
          entry("fs.s3a.connection.timeout", "30000"),
          entry("fs.s3a.connection.request.timeout", "60s"),
          // A checkpoint's blobs are about 50 MB each. With parts of 64 MB, S3A's default, a blob
          // would be uploaded as one part, after its last byte was written; with parts of 8 MB,
          // seven are uploaded while the rest is written, four at a time. A stream then holds 40
          // MB, in arrays: a container's disk may be small or read-only, and with direct buffers,
          // objects that were written after an aborted upload came out too long in our tests (S3A
          // 3.4.2).
          entry("fs.s3a.multipart.size", "8M"),
          entry("fs.s3a.fast.upload.active.blocks", "4"),
          entry("fs.s3a.fast.upload.buffer", "array"));

  private static final Map<String, String> HDFS =
      Map.ofEntries(
          entry("ipc.client.connect.timeout", "5000"),
          entry("ipc.client.connect.max.retries", "3"),
          entry("ipc.client.connect.retry.interval", "1000"),
          entry("ipc.client.connect.max.retries.on.timeouts", "2"),
          entry("ipc.client.rpc-timeout.ms", "30000"),
          // Silence of a data node, in each direction.
          entry("dfs.client.socket-timeout", "30000"),
          entry("dfs.datanode.socket.write.timeout", "60000"),
          // The name node learns of a block some milliseconds after its writer does. With Hadoop's
          // default of 400 ms before the next look, each object would take that long. The pauses
          // double; 13 s in all, as with the default.
          entry("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "25"),
          entry("dfs.client.block.write.locateFollowingBlock.retries", "9"),
          // Between the two name nodes of a pair: half a minute in all.
          entry("dfs.client.failover.max.attempts", "8"),
          entry("dfs.client.failover.sleep.base.millis", "500"),
          entry("dfs.client.failover.sleep.max.millis", "5000"));

  private HadoopDefaults() {}

  /**
   * The class path's configuration, with these defaults below it and a user's properties on top.
   *
   * @param scheme {@code s3a} or {@code hdfs}
   */
  static Configuration configuration(String scheme, Map<String, String> properties) {
    if (scheme.equals("hdfs")) {
      // HDFS loads these only together with its client; they would then lose to what is set here.
      Configuration.addDefaultResource("hdfs-default.xml");
      Configuration.addDefaultResource("hdfs-site.xml");
    }
    Configuration configuration = new Configuration();
    (scheme.equals("s3a") ? S3A : HDFS)
        .forEach(
            (key, value) -> {
              if (!isTheUsers(configuration, key)) {
                configuration.set(key, value);
              }
            });
    properties.forEach(configuration::set);
    return configuration;
  }

  /** One of the durations above, such as {@code 5s}. */
  static Duration duration(Configuration configuration, String key) {
    String byDefault =
        switch (key) {
          case DEADLINE -> "120s";
          case FIRST_ANSWER -> "15s";
          case SETTLE -> "5s";
          default -> throw new IllegalArgumentException(key);
        };
    return Duration.ofMillis(configuration.getTimeDuration(key, byDefault, TimeUnit.MILLISECONDS));
  }

  private static boolean isTheUsers(Configuration configuration, String key) {
    String[] sources = configuration.getPropertySources(key);
    return sources != null && !sources[sources.length - 1].endsWith("-default.xml");
  }
}
