package org.googlenet.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.Batches;
import org.googlenet.data.Dataset;
import org.googlenet.data.EpochSeed;
import org.googlenet.data.format.Range;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.model.Batch;
import org.googlenet.storage.Stores;

/**
 * Reads and decodes a data set over and over, and prints after each tenth how many records that was
 * and this process's resident size, as {@code 10000 records, 210 MB}: it must not grow.
 *
 * <p>{@code scripts/bench input --soak} starts it as a process with a heap of a fixed size, all of
 * which is resident from the start, so that what grows is not the heap.
 */
public final class InputSoak {

  private static final String NAME = InputSoak.class.getName();
  private static final String THREADS = "2";
  private static final int TENTHS = 10;

  private InputSoak() {}

  /** Runs it as a process of its own, and copies what it prints; returns its exit code. */
  static int start(String location, int records, int side, PrintWriter out)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), NAME, location));
    command.addAll(List.of(Integer.toString(records), Integer.toString(side), THREADS));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader lines = process.inputReader()) {
      lines.lines().forEach(out::println);
      out.flush();
    }
    return process.waitFor();
  }

  /** Arguments: a data set, the number of records, side, decoding threads. */
  public static void main(String[] arguments) throws IOException {
    Dataset dataset = Dataset.open(new Stores(Map.of()), arguments[0]);
    int records = Integer.parseInt(arguments[1]);
    BatchSpec spec =
        new BatchSpec(32, Integer.parseInt(arguments[2]), Decoding.of(Augmentation.Kind.INCEPTION))
            .decodedBy(Integer.parseInt(arguments[3]));
    long done = 0;
    for (int tenth = 1; tenth <= TENTHS; tenth++) {
      while (done < (long) records * tenth / TENTHS) {
        done += read(dataset, spec, done);
      }
      System.out.printf(Locale.ROOT, "%d records, %d MB%n", done, residentBytes() / 1_000_000);
    }
    System.exit(0);
  }

  private static long read(Dataset dataset, BatchSpec spec, long epoch) {
    long examples = 0;
    List<Range> ranges = new ArrayList<>(dataset.all());
    try (Batches batches = Batches.shuffled(dataset, ranges, spec, new EpochSeed(1, (int) epoch))) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        examples += batch.examples();
      }
    }
    return examples;
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("/proc/self/status has no VmRSS");
  }
}
