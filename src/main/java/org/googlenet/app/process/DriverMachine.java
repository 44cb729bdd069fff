package org.googlenet.app.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.util.Utils;
import org.googlenet.preflight.ExecutorMemory;

/**
 * Checks what Spark needs from the driver's machine, before Spark does: if the machine's name
 * cannot be resolved, Spark's classes cannot even be loaded, and without a folder to write to,
 * Spark ends the JVM.
 */
public final class DriverMachine {

  private DriverMachine() {}

  /**
   * Checks that this machine's name has an address. Call it before any of Spark's classes is used.
   *
   * @throws SparkProblem if it does not have one
   */
  public static void requireName(Map<String, String> environment) {
    if (environment.containsKey("SPARK_LOCAL_HOSTNAME")) {
      return; // Spark takes it as it is
    }
    String ip = environment.get("SPARK_LOCAL_IP");
    try {
      if (ip == null) {
        InetAddress.getLocalHost();
      } else {
        InetAddress.getByName(ip);
      }
    } catch (UnknownHostException e) {
      throw SparkProblem.toMend(
          ip == null
              ? "this machine's own name has no address (%s); add it to /etc/hosts, or set SPARK_LOCAL_IP to one of its addresses"
                  .formatted(e.getMessage())
              : "SPARK_LOCAL_IP=%s: is not known here; set it to one of this machine's addresses"
                  .formatted(ip),
          e);
    }
  }

  /**
   * Checks that this JVM's heap is large enough for Spark.
   *
   * @throws SparkProblem with the setting that the heap comes from, if it is too small
   */
  static void requireHeap(SparkConf conf) {
    long heap = Runtime.getRuntime().maxMemory();
    if (heap < ExecutorMemory.LEAST_HEAP) {
      boolean submitted = conf.contains("spark.submit.deployMode");
      throw SparkProblem.toMend(
          String.format(
              Locale.ROOT,
              "the Java heap of %d MB is too small, Spark needs %d; set %s",
              heap >> 20,
              ExecutorMemory.LEAST_HEAP >> 20,
              submitted ? "spark.driver.memory=1g" : "GOOGLENET_JAVA_OPTS=-Xmx1g"),
          null);
    }
  }

  /**
   * Checks that the driver can listen on the address that it is given.
   *
   * @throws SparkProblem if that is not an address of this machine
   */
  static void requireAddress(SparkConf conf) {
    String host = conf.get("spark.driver.host", Utils.localCanonicalHostName());
    String address = conf.get("spark.driver.bindAddress", host);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      free.getLocalPort();
    } catch (IOException e) {
      throw SparkProblem.toMend(
          "the driver cannot listen on %s (%s), which is from %s; set it to one of this machine's addresses"
              .formatted(address, SparkProblem.reason(e), source(conf)),
          e);
    }
  }

  private static String source(SparkConf conf) {
    if (conf.contains("spark.driver.bindAddress")) {
      return "spark.driver.bindAddress";
    }
    return conf.contains("spark.driver.host") ? "spark.driver.host" : "SPARK_LOCAL_IP";
  }

  /**
   * Checks that Spark finds a folder for what it spills and sends. Of several folders Spark uses
   * those that work.
   *
   * @throws SparkProblem if there is none
   */
  static void requireLocalFolder(SparkConf conf) {
    String[] folders = Utils.getConfiguredLocalDirs(conf);
    IOException first = null;
    for (String folder : folders) {
      try {
        tryOut(Path.of(folder));
        return;
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    String setting =
        System.getenv("SPARK_LOCAL_DIRS") != null ? "SPARK_LOCAL_DIRS" : "spark.local.dir";
    throw SparkProblem.toMend(
        "%s: Spark cannot write to %s (%s); name a folder that it can, with room for the parameters of all workers"
            .formatted(setting, String.join(", ", folders), first == null ? "none" : why(first)),
        first);
  }

  private static String why(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "no permission";
    }
    boolean saysMore = failure instanceof FileSystemException file && file.getReason() != null;
    return saysMore ? ((FileSystemException) failure).getReason() : "it cannot be made";
  }

  private static void tryOut(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.delete(Files.createTempDirectory(folder, "googlenet-"));
  }
}
