package org.googlenet;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.metrics2.lib.DefaultMetricsSystem;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.hadoop.yarn.server.nodemanager.NodeManager;
import org.apache.hadoop.yarn.server.resourcemanager.ResourceManager;
import org.apache.hadoop.yarn.server.resourcemanager.scheduler.fifo.FifoScheduler;

/**
 * A real YARN, a resource manager and a node manager, in this JVM on loopback; its containers are
 * processes of their own.
 */
public final class YarnCluster implements AutoCloseable {

  /**
   * The system property that names a Spark 3.5 distribution: Spark's part for YARN is taken from
   * there, and everything else from the build.
   */
  public static final String DISTRIBUTION = "spark.distribution";

  private static final String MEMORY_MB = "8192";

  /** What listens; each on a free port of loopback. */
  private static final List<String> ADDRESSES =
      List.of(
          YarnConfiguration.RM_ADDRESS,
          YarnConfiguration.RM_ADMIN_ADDRESS,
          YarnConfiguration.RM_SCHEDULER_ADDRESS,
          YarnConfiguration.RM_RESOURCE_TRACKER_ADDRESS,
          YarnConfiguration.RM_WEBAPP_ADDRESS,
          YarnConfiguration.NM_ADDRESS,
          YarnConfiguration.NM_LOCALIZER_ADDRESS,
          YarnConfiguration.NM_WEBAPP_ADDRESS);

  private final Path folder;
  private final Configuration configuration = new YarnConfiguration();
  private final ResourceManager resourceManager =
      new ResourceManager() {
        /** Its pages would need further libraries. */
        @Override
        protected void startWepApp() {}
      };
  private final NodeManager nodeManager = new NodeManager();

  private YarnCluster(Path folder) {
    this.folder = folder;
    ADDRESSES.forEach(address -> configuration.set(address, "127.0.0.1:0"));
    configuration.set(YarnConfiguration.NM_LOCAL_DIRS, folder.resolve("local").toString());
    configuration.set(YarnConfiguration.NM_LOG_DIRS, folder.resolve("logs").toString());
    configuration.set(YarnConfiguration.NM_PMEM_MB, MEMORY_MB);
    configuration.set(YarnConfiguration.NM_VCORES, "8");
    configuration.set(YarnConfiguration.RM_SCHEDULER_MAXIMUM_ALLOCATION_MB, MEMORY_MB);
    configuration.set(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, "256");
    configuration.set(YarnConfiguration.RM_SCHEDULER, FifoScheduler.class.getName());
    // Whatever the disk of this machine has left.
    configuration.set(YarnConfiguration.NM_MAX_PER_DISK_UTILIZATION_PERCENTAGE, "100");
    // The logs of an application outlive it.
    configuration.set(YarnConfiguration.DEBUG_NM_DELETE_DELAY_SEC, "3600");
    // Both name their metrics alike.
    DefaultMetricsSystem.setMiniClusterMode(true);
    resourceManager.init(configuration);
    resourceManager.start();
    nodeManager.init(configuration);
    nodeManager.disableWebServer();
    nodeManager.start();
  }

  /** Starts one that writes into this folder. */
  public static YarnCluster start(Path folder) {
    try {
      YarnCluster yarn = new YarnCluster(folder);
      Files.createDirectories(yarn.configurationFolder());
      try (OutputStream out =
          Files.newOutputStream(yarn.configurationFolder().resolve("yarn-site.xml"))) {
        yarn.configuration.writeXml(out);
      }
      SparkHome.make(yarn.sparkHome());
      return yarn;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The environment in which spark-submit finds it. */
  public Map<String, String> environment() {
    return Map.of(
        "HADOOP_CONF_DIR", configurationFolder().toString(),
        "SPARK_HOME", sparkHome().toString(),
        "SPARK_DIST_CLASSPATH", sparkYarn().toString());
  }

  /** What {@code spark.yarn.jars} takes: Spark's jars where they lie, so that nothing is copied. */
  public String jars() {
    return "local:" + SparkHome.jars() + ",local:" + sparkYarn();
  }

  /** The applications so far, the first one first. */
  public List<ApplicationReport> applications() {
    try (YarnClient client = YarnClient.createYarnClient()) {
      client.init(configuration);
      client.start();
      return client.getApplications().stream()
          .sorted(Comparator.comparing(ApplicationReport::getApplicationId))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (YarnException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the containers wrote to stdout and stderr. */
  public String logs() {
    try (Stream<Path> files = Files.walk(folder)) {
      StringBuilder text = new StringBuilder();
      for (Path file :
          files
              .filter(file -> file.endsWith("stderr") || file.endsWith("stdout"))
              .sorted()
              .toList()) {
        text.append("--- ").append(file).append('\n').append(Files.readString(file)).append('\n');
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path configurationFolder() {
    return folder.resolve("conf");
  }

  private Path sparkHome() {
    return folder.resolve("home");
  }

  private static Path sparkYarn() {
    Path jars = Path.of(System.getProperty(DISTRIBUTION), "jars").toAbsolutePath();
    try (Stream<Path> all = Files.list(jars)) {
      return all.filter(jar -> jar.getFileName().toString().startsWith("spark-yarn_2.12-3.5"))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException(jars + ": holds no spark-yarn"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    nodeManager.stop();
    resourceManager.stop();
  }
}
