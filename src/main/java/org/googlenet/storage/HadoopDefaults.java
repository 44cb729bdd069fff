package org.googlenet.storage;

import static java.util.Map.entry;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;

/**
 * The settings of Hadoop's clients that the stores work with. Each gives way to one of the user's,
 * whether a property, {@code core-site.xml}, {@code hdfs-site.xml} or a bucket's own ({@code
 * fs.s3a.bucket.NAME.*}).
 *
 * <p>Hadoop's own retry for minutes, one layer within another (an endpoint that does not answer
 * would hold S3A for half an hour, HDFS for a quarter). These look after a single request for some
 * seconds; {@link Retries} are above them, with one deadline for all.
 */
final class HadoopDefaults {

  /** How long a call is tried again, from its first failure. */
  static final String DEADLINE = "googlenet.storage.deadline";

  /** How long a storage that has not answered yet may take for its first answer. */
  static final String FIRST_ANSWER = "googlenet.storage.first.answer";

  /** How long a create waits, on S3 without conditional create, before it reads its object back. */
  static final String SETTLE = "googlenet.create.settle";

  /** Plain numbers are milliseconds: S3A before 3.4 takes no unit there. */
  private static final Map<String, String> S3A =
      Map.ofEntries(
          // A request is tried once by the AWS SDK, and that 3 times by S3A, a second in all.
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
          // A checkpoint's blobs have some 50 MB. Parts of 64 MB, S3A's own, would go up as one,
          // after the last byte was written; of 8 MB, seven go up while the rest is written, four
          // at a time. A stream then holds 40 MB, in arrays: a container's disk may be small or
          // read-only, and with direct buffers objects that were written after an aborted upload
          // came out too long here (S3A 3.4.2).
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
          // The name node hears of a block some milliseconds after its writer; looked at again
          // after
          // Hadoop's own 400 ms, each object would take that long. Doubling, 13 s in all as there.
          entry("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "25"),
          entry("dfs.client.block.write.locateFollowingBlock.retries", "9"),
          // Between the name nodes of a pair: half a minute in all.
          entry("dfs.client.failover.max.attempts", "8"),
          entry("dfs.client.failover.sleep.base.millis", "500"),
          entry("dfs.client.failover.sleep.max.millis", "5000"));

  private HadoopDefaults() {}

  /**
   * The class path's configuration with these defaults under it and a user's properties on top.
   *
   * @param scheme {@code s3a} or {@code hdfs}
   */
  static Configuration configuration(String scheme, Map<String, String> properties) {
    if (scheme.equals("hdfs")) {
      // HDFS loads these only when its client is, and then they would give way to what is set here.
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
