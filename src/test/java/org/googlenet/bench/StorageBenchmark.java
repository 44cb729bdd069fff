package org.googlenet.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FsShell;
import org.googlenet.HdfsServer;
import org.googlenet.S3Server;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code scripts/bench storage}: writes a large blob through a store and by {@code hadoop fs -put},
 * in turns, to an HDFS and to an S3 server on this machine.
 *
 * <p>Both read the same local file and show the object when it is whole. {@code fs -put} is
 * Hadoop's own shell in this process, as warm as the store, with Hadoop's own settings. The store
 * has HDFS bring each object to disk, which fs -put does not ask for; so there is a second HDFS
 * that does so for everybody ({@code dfs.datanode.synconclose}).
 */
@Command(
    name = "scripts/bench storage",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Writes a blob through a store and by 'hadoop fs -put', to HDFS and to S3 on this machine.",
      "Takes about a minute. Leave the machine alone meanwhile; only ratios within one run count."
    })
public final class StorageBenchmark implements Callable<Integer> {

  private static final String STORE = "store";
  private static final String PUT = "fs_put";
  private static final int WARM_UP = 2;

  /** How results are printed. */
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = "--megabytes",
      defaultValue = "160",
      description = "Size of the blob (default: ${DEFAULT-VALUE}).")
  private int megabytes;

  @Option(
      names = "--turns",
      defaultValue = "5",
      description =
          "Timed writes of each, of which the median counts, after "
              + WARM_UP
              + " untimed ones (default: ${DEFAULT-VALUE}).")
  private int turns;

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "text|json",
      description = "text (default) or json: one object on one line.")
  private Format format;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs the benchmark and ends the JVM with its status. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new StorageBenchmark())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    Path blob = blob();
    try {
      Map<Turns.Key, Double> seconds = new LinkedHashMap<>();
      String hdfs = HdfsServer.shared().uri() + "/bench";
      seconds.putAll(measure("hdfs", hdfs, Map.of(), blob));
      String synced = HdfsServer.thatSyncsOnClose().uri() + "/bench";
      seconds.putAll(measure("hdfs_synced", synced, Map.of(), blob));
      S3Server s3 = S3Server.shared();
      String bucket = "s3a://" + s3.newBucket() + "/bench";
      seconds.putAll(measure("s3", bucket, s3.properties(), blob));
      PrintWriter out = spec.commandLine().getOut();
      Map<String, Map<String, Double>> figures = figures(seconds);
      out.print(format == Format.JSON ? json(figures) : text(figures));
      out.flush();
      return CommandLine.ExitCode.OK;
    } finally {
      Files.delete(blob);
    }
  }

  /** Each right after an untimed run of the same, since a disk still writes what came before. */
  private Map<Turns.Key, Double> measure(
      String storage, String location, Map<String, String> properties, Path blob) {
    Turns times = new Turns();
    ObjectStore store = new Stores(properties).open(location);
    times.add(STORE, storage, () -> write(store, blob));
    Configuration configuration = new Configuration();
    properties.forEach(configuration::set);
    times.add(PUT, storage, () -> put(configuration, blob, location + "/put"));
    times.warmUp(WARM_UP);
    times.take(turns);
    return times.medians();
  }

  private static void write(ObjectStore store, Path blob) {
    try {
      store.overwrite("store", out -> Files.copy(blob, out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(Configuration configuration, Path blob, String target) {
    try {
      int status =
          new FsShell(configuration).run(new String[] {"-put", "-f", blob.toString(), target});
      if (status != 0) {
        throw new BenchmarkProblem("fs -put ended with " + status);
      }
    } catch (BenchmarkProblem e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Path blob() throws IOException {
    Path blob = Files.createTempFile("blob-", ".bin");
    Random random = new Random(1);
    byte[] megabyte = new byte[1_000_000];
    try (OutputStream out = Files.newOutputStream(blob)) {
      for (int i = 0; i < megabytes; i++) {
        random.nextBytes(megabyte);
        out.write(megabyte);
      }
    }
    return blob;
  }

  /** Megabytes (of 1,000,000 bytes) a second, and the store's against the shell's. */
  private Map<String, Map<String, Double>> figures(Map<Turns.Key, Double> seconds) {
    Map<String, Map<String, Double>> figures = new LinkedHashMap<>();
    seconds.forEach(
        (key, time) ->
            figures
                .computeIfAbsent(key.figure(), storage -> new LinkedHashMap<>())
                .put(key.subject(), megabytes / time));
    figures.values().forEach(of -> of.put("ratio", of.get(STORE) / of.get(PUT)));
    return figures;
  }

  private static String text(Map<String, Map<String, Double>> figures) {
    StringBuilder text =
        new StringBuilder(
            String.format("%-12s%16s%16s%10s%n", "MB/s", "store", "hadoop fs -put", "ratio"));
    figures.forEach(
        (storage, of) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%-12s%16.1f%16.1f%9.2fx%n",
                    storage,
                    of.get(STORE),
                    of.get(PUT),
                    of.get("ratio"))));
    return text.toString();
  }

  private String json(Map<String, Map<String, Double>> figures) {
    Map<String, Object> all = new LinkedHashMap<>();
    figures.forEach(
        (storage, of) -> {
          Map<String, Double> rounded = new LinkedHashMap<>();
          of.forEach((name, value) -> rounded.put(name, Math.round(value * 100) / 100.0));
          all.put(storage, rounded);
        });
    all.put("setting", Map.of("megabytes", megabytes, "turns", turns));
    try {
      return JsonMapper.builder().build().writeValueAsString(all) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("results are plain values", e);
    }
  }
}
