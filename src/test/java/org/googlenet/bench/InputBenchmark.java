package org.googlenet.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.googlenet.FaultyProxy;
import org.googlenet.S3Server;
import org.googlenet.common.SplitMix;
import org.googlenet.data.Dataset;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.Decoding;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code scripts/bench input}: how fast images are read and decoded, beside other libraries, and
 * whether a training would wait for them.
 *
 * <p>What is compared with others is images per second of processor time, of the whole process, in
 * one thread: ours includes the JVM's own threads. All take turns on the same files, after untimed
 * turns. What a data set gives, through all that a training reads with, is also images per second
 * with one decoding thread and with two, from files and from an S3 server on this machine.
 */
@Command(
    name = "scripts/bench input",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Times decoding, and augmentation to 224 x 224, of 500 x 375 JPEGs, beside opencv-python,"
          + " Pillow and torchvision; data sets of them from files in each format and from S3, with one and two"
          + " decoding threads; and with --latency how long a worker waits for a slow store.",
      "Takes about a minute. Leave the machine alone meanwhile; only ratios within one run count."
    })
public final class InputBenchmark implements Callable<Integer> {

  private static final String OURS = "googlenet";
  private static final List<String> FIGURES = List.of("decode", "inception");
  private static final int SIDE = 224;
  private static final int BATCH = 32;
  private static final int ROUND_STEPS = 10;
  private static final int ROUNDS = 4;
  private static final int WARM_UP = 3;
  private static final double USUAL = 0.9;
  private static final double LARGE = 0.993;

  /** How results are printed. */
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = "--images",
      defaultValue = "256",
      description = "Different photographs (default: ${DEFAULT-VALUE}).")
  private int images;

  @Option(
      names = "--records",
      defaultValue = "1024",
      description = "Records of each data set (default: ${DEFAULT-VALUE}).")
  private int records;

  @Option(
      names = "--turns",
      defaultValue = "7",
      description =
          "Timed turns of each, of which the median counts, after "
              + WARM_UP
              + " untimed ones (default: ${DEFAULT-VALUE}).")
  private int turns;

  @Option(
      names = "--peer",
      paramLabel = "PYTHON",
      description =
          "A Python with what scripts/peers/requirements-input.txt names; a library that it lacks is"
              + " left out.")
  private String peer;

  @Option(names = "--peer-script", required = true, hidden = true)
  private Path peerScript;

  @Option(
      names = "--data",
      paramLabel = "DATASET",
      description = "Further data sets to read, of any format and in any storage. Repeatable.")
  private List<String> data = new ArrayList<>();

  @Option(
      names = "--latency",
      paramLabel = "MS",
      description =
          "Also reads "
              + ROUNDS
              + " rounds of "
              + ROUND_STEPS
              + " steps of "
              + BATCH
              + " records of some 110 KB from S3 with this latency of each request.")
  private Long latency;

  @Option(
      names = "--speed",
      defaultValue = "60",
      description =
          "Images per second that the rounds of --latency use up (default: ${DEFAULT-VALUE}, twice"
              + " what two cores train on).")
  private double speed;

  @Option(
      names = "--soak",
      paramLabel = "RECORDS",
      description = "Instead decodes so many records in one process, and prints its resident size.")
  private Integer soak;

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "text|json",
      description = "text (default) or json: one object on one line.")
  private Format format;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs the benchmark and ends the JVM with 0, or 2 for a wrong call or a peer that fails. */
  public static void main(String[] arguments) {
    BenchmarkMain.run(new InputBenchmark(), "input", arguments);
  }

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("input-");
    try {
      List<byte[]> photographs = new Photographs(USUAL).first(images);
      if (soak != null) {
        return soak(folder, photographs);
      }
      Map<String, Map<String, Object>> figures = new LinkedHashMap<>();
      compare(folder, photographs, figures);
      figures.putAll(read(folder, photographs));
      if (latency != null) {
        figures.put("latency", latency());
      }
      PrintWriter out = spec.commandLine().getOut();
      out.print(format == Format.JSON ? json(figures) : text(figures));
      out.flush();
      return CommandLine.ExitCode.OK;
    } finally {
      delete(folder);
    }
  }

  /** Images per CPU-second of this project and of the peers, and against the best of them. */
  private void compare(
      Path folder, List<byte[]> photographs, Map<String, Map<String, Object>> figures)
      throws IOException {
    Path files = Files.createDirectory(folder.resolve("jpegs"));
    for (int i = 0; i < photographs.size(); i++) {
      Files.write(files.resolve(String.format(Locale.ROOT, "%05d.jpg", i)), photographs.get(i));
    }
    Turns times = new Turns();
    addOurs(times, photographs);
    try (InputPeer libraries = peer == null ? null : new InputPeer(peer, peerScript, files)) {
      Map<String, Object> setting = setting(photographs);
      if (libraries != null) {
        setting.putAll(libraries.versions());
        libraries.missing().forEach(name -> say("%s: is not there and is left out", name));
        for (String figure : FIGURES) {
          for (String name : libraries.versions().keySet()) {
            times.addTimed(name, figure, () -> libraries.turn(name, figure));
          }
        }
      }
      figures.put("setting", setting);
      say("decoding: warm-up, then %d turns", turns);
      times.warmUp(WARM_UP);
      times.take(turns);
    }
    times
        .medians()
        .forEach(
            (key, seconds) ->
                figures
                    .computeIfAbsent(key.figure(), figure -> new LinkedHashMap<>())
                    .put(key.subject(), images / seconds));
    FIGURES.forEach(figure -> putRatio(figures.get(figure)));
  }

  private static void putRatio(Map<String, Object> subjects) {
    double best =
        subjects.entrySet().stream()
            .filter(each -> !each.getKey().equals(OURS))
            .mapToDouble(each -> (Double) each.getValue())
            .max()
            .orElse(Double.NaN);
    subjects.put("ratio", Double.isNaN(best) ? null : (Double) subjects.get(OURS) / best);
  }

  private void addOurs(Turns times, List<byte[]> photographs) {
    Decoder decoder = new Decoder(SIDE, Decoding.of(Augmentation.Kind.INCEPTION), true);
    float[] pixels = new float[decoder.values()];
    times.addTimed(
        OURS,
        "decode",
        () -> InputReading.processorSeconds(() -> photographs.forEach(this::decode)));
    times.addTimed(
        OURS,
        "inception",
        () ->
            InputReading.processorSeconds(
                () -> {
                  for (int i = 0; i < photographs.size(); i++) {
                    augment(decoder, photographs.get(i), i, pixels);
                  }
                }));
  }

  private void decode(byte[] image) {
    try {
      Decoder.check(image);
    } catch (UnreadableImage e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void augment(Decoder decoder, byte[] image, int number, float[] pixels) {
    try {
      decoder.decode(image, SplitMix.hash(1, number), pixels, 0);
    } catch (UnreadableImage e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Map<String, Object>> read(Path folder, List<byte[]> photographs)
      throws IOException {
    Map<String, Dataset> sets = new LinkedHashMap<>();
    Stores files = new Stores(Map.of());
    String location = folder.resolve("tars").toString();
    sets.put("tar, files", PhotoSets.tars(files, location, photographs, records));
    S3Server s3 = S3Server.shared();
    String bucket = "s3a://" + s3.newBucket() + "/tars";
    sets.put("tar, s3", PhotoSets.tars(new Stores(s3.properties()), bucket, photographs, records));
    PhotoSets.ofOthers(folder, photographs, records)
        .forEach((format, set) -> sets.put(format + ", files", set));
    data.forEach(name -> sets.put(name, Dataset.open(files, name)));
    say("data sets: warm-up, then %d turns", turns);
    return new InputReading(BATCH, SIDE).measure(sets, turns);
  }

  private Map<String, Object> latency() throws InterruptedException {
    List<byte[]> large = new Photographs(LARGE).first(images);
    S3Server s3 = S3Server.shared();
    String bucket = "s3a://" + s3.newBucket() + "/large";
    int round = ROUND_STEPS * BATCH;
    PhotoSets.tars(new Stores(s3.properties()), bucket, large, ROUNDS * round);
    say("latency: %d rounds of %d records", ROUNDS, round);
    try (FaultyProxy proxy = FaultyProxy.before(s3.port(), 1)) {
      Dataset dataset = Dataset.open(new Stores(s3.properties(proxy.port())), bucket);
      InputReading reading = new InputReading(BATCH, SIDE);
      reading.drain(dataset, 1); // compiles the code that is measured
      proxy.delay(Duration.ofMillis(latency));
      Map<String, Object> figures =
          new LinkedHashMap<>(
              new InputLatency(dataset, reading.batches(1), round, speed).measure());
      figures.put("requests_at_once", proxy.mostAtOnce());
      figures.put("image_bytes", meanBytes(large));
      return figures;
    }
  }

  private int soak(Path folder, List<byte[]> photographs) throws Exception {
    String location = folder.resolve("tars").toString();
    PhotoSets.tars(new Stores(Map.of()), location, photographs, records);
    return InputSoak.start(location, soak, SIDE, spec.commandLine().getOut());
  }

  private Map<String, Object> setting(List<byte[]> photographs) {
    Map<String, Object> setting = new LinkedHashMap<>();
    setting.put("images", images);
    setting.put("image_bytes", meanBytes(photographs));
    setting.put("records", records);
    setting.put("turns", turns);
    setting.put("cores", Runtime.getRuntime().availableProcessors());
    setting.put("java", System.getProperty("java.vm.version"));
    return setting;
  }

  private static int meanBytes(List<byte[]> photographs) {
    return (int) photographs.stream().mapToInt(image -> image.length).average().orElse(0);
  }

  private void say(String format, Object... values) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("bench: " + String.format(Locale.ROOT, format, values));
    err.flush();
  }

  private static String text(Map<String, Map<String, Object>> figures) {
    StringBuilder text = new StringBuilder();
    figures.forEach(
        (name, of) -> {
          text.append(name).append('\n');
          of.forEach(
              (figure, value) ->
                  text.append(String.format(Locale.ROOT, "  %-20s %s%n", figure, shown(value))));
        });
    return text.toString();
  }

  private static Object shown(Object value) {
    return value instanceof Double number ? String.format(Locale.ROOT, "%.3f", number) : value;
  }

  private static String json(Map<String, Map<String, Object>> figures) {
    try {
      return JsonMapper.builder().build().writeValueAsString(figures) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("results are plain values", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }
}
