package org.googlenet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** The stores' own settings of Hadoop's clients give way to a user's. */
class HadoopDefaultsTest {

  @Test
  void ourDefaultsReplaceHadoops() {
    Configuration s3a = HadoopDefaults.configuration("s3a", Map.of());
    assertThat(s3a.get("fs.s3a.multipart.size")).isEqualTo("8M");
    assertThat(s3a.get("fs.s3a.retry.limit")).isEqualTo("2");
    Configuration hdfs = HadoopDefaults.configuration("hdfs", Map.of());
    assertThat(hdfs.getInt("ipc.client.connect.timeout", 0)).isEqualTo(5000);
    assertThat(hdfs.getInt("dfs.client.socket-timeout", 0)).isEqualTo(30_000);
    assertThat(hdfs.get("fs.s3a.multipart.size")).isEqualTo("64M");
  }

  @Test
  void aUsersPropertyWins() {
    Configuration configuration =
        HadoopDefaults.configuration("s3a", Map.of("fs.s3a.multipart.size", "32M"));
    assertThat(configuration.get("fs.s3a.multipart.size")).isEqualTo("32M");
  }

  @Test
  void aUsersFileWins() {
    // hdfs-site.xml of the tests' resources has it.
    Configuration configuration = HadoopDefaults.configuration("hdfs", Map.of());
    assertThat(configuration.get("dfs.client.failover.sleep.max.millis")).isEqualTo("6000");
  }

  @Test
  void durationsHaveUnitsAndDefaults() {
    Configuration configuration =
        HadoopDefaults.configuration("s3a", Map.of(HadoopDefaults.SETTLE, "250ms"));
    assertThat(HadoopDefaults.duration(configuration, HadoopDefaults.SETTLE))
        .isEqualTo(Duration.ofMillis(250));
    assertThat(HadoopDefaults.duration(configuration, HadoopDefaults.DEADLINE))
        .isEqualTo(Duration.ofMinutes(2));
  }
}
