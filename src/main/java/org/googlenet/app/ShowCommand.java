package org.googlenet.app;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.googlenet.app.io.Files;
import org.googlenet.app.option.Checks;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.common.SplitMix;
import org.googlenet.data.BadRecord;
import org.googlenet.data.Dataset;
import org.googlenet.data.Defect;
import org.googlenet.data.Specimens;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.ContactSheet;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet show}: draws some images of each class of a data set. */
@Command(
    name = "show",
    description = {
      "Draws a contact sheet of a data set: some images of each class, with their keys.",
      "An image that cannot be decoded is a box with a cross and the reason. With --bad the sheet is"
          + " of the records that cannot be used, and each is named. Characters other than ASCII are"
          + " drawn as \\u65e5; the names that are printed have them as they are."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet show data/sample/train --output sheet.png",
      "  googlenet show s3a://b/imagenet/train --classes n01440764,n01443537 --per-class 40 --output fish.png",
      "  googlenet show data/sample/train --output sheet.png --seed 2 --format json",
      "  googlenet show sets/pets/train --bad --output bad.png"
    })
final class ShowCommand implements Callable<Integer> {

  private static final String PNG = ".png";

  /** The most images of a sheet, so that it can be looked at. */
  private static final int MOST = 1000;

  private static final int NAMED = 10;

  @Parameters(paramLabel = "DATASET", description = "Path or URI of a data set.")
  private String location;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "Path or URI of the sheet, with the ending .png; an old one is replaced.")
  private String output;

  @Option(
      names = "--classes",
      paramLabel = "NAMES",
      description =
          "Names of classes, with commas between; without it all, or as many, chosen by --seed, as"
              + " 1,000 images allow. A name that has commas stands alone. Repeatable.")
  private List<String> classes = new ArrayList<>();

  @Option(
      names = "--per-class",
      defaultValue = "8",
      paramLabel = "N",
      description = "Images of each class (default: ${DEFAULT-VALUE}).")
  private int perClass;

  @Option(
      names = "--side",
      defaultValue = "128",
      paramLabel = "PIXELS",
      description = "Height and width of an image on the sheet (default: ${DEFAULT-VALUE}).")
  private int side;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Another one chooses other images (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--bad",
      description =
          "The records that cannot be used, in place of some of each class. Reads and decodes the"
              + " whole data set, here; 'googlenet validate' does so on a cluster.")
  private boolean bad;

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    Checks.atLeastOne(spec, "--per-class", perClass);
    Checks.atLeast(spec, "--side", side, 32);
    refuse(side > 1024, "--side: " + side + ": must be at most 1024");
    refuse(!output.endsWith(PNG), "--output: " + output + ": give a name that ends in " + PNG);
    refuse(perClass > MOST, "--per-class: " + perClass + ": a sheet has at most 1,000 images");
    refuse(bad && !classes.isEmpty(), "--classes: is not for --bad, which shows all bad records");
    Stores stores = spark.stores();
    Dataset dataset = Dataset.open(stores, location);
    return bad ? showBad(stores, dataset) : showClasses(stores, dataset);
  }

  private int showClasses(Stores stores, Dataset dataset) {
    Set<Integer> shown = classes.isEmpty() ? chosen(dataset) : named(dataset);
    Map<Integer, List<Record>> records = Specimens.ofClasses(dataset, shown, perClass, seed);
    List<ContactSheet.Section> sections = new ArrayList<>();
    records.forEach(
        (number, some) ->
            sections.add(
                new ContactSheet.Section(
                    number + "  " + dataset.classNames().get(number),
                    some.stream()
                        .map(record -> new ContactSheet.Tile(record.image(), record.key(), ""))
                        .toList())));
    Files.overwrite(stores, output, ContactSheet.png(sections, side));
    format.print(json(dataset, records), out -> print(out, dataset, records));
    return ExitCode.DONE;
  }

  /** All classes, or a choice of as many as fit. */
  private Set<Integer> chosen(Dataset dataset) {
    int most = MOST / perClass;
    return IntStream.range(0, dataset.classes())
        .boxed()
        .sorted(
            dataset.classes() <= most
                ? Integer::compare
                : (a, b) -> Long.compare(SplitMix.hash(seed, a), SplitMix.hash(seed, b)))
        .limit(most)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Set<Integer> named(Dataset dataset) {
    List<String> names = dataset.classNames();
    Set<Integer> numbers = new TreeSet<>();
    for (String each : classes) {
      List<String> wanted = names.contains(each) ? List.of(each) : List.of(each.split(",", -1));
      for (String name : wanted) {
        int number = names.indexOf(name.strip());
        refuse(number < 0, noSuchClass(name.strip(), names));
        numbers.add(number);
      }
    }
    refuse(
        (long) numbers.size() * perClass > MOST,
        String.format(
            Locale.ROOT,
            "--per-class: %d of %d classes are more than the 1,000 images of a sheet",
            perClass,
            numbers.size()));
    return numbers;
  }

  private String noSuchClass(String name, List<String> names) {
    return String.format(
        Locale.ROOT,
        "--classes: '%s': %s has no such class; it has %s%s",
        name,
        location,
        String.join(", ", names.subList(0, Math.min(NAMED, names.size()))),
        names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "");
  }

  private void print(PrintWriter out, Dataset dataset, Map<Integer, List<Record>> records) {
    records.forEach(
        (number, some) ->
            out.printf(
                Locale.ROOT,
                "%-4d  %s: %s%n",
                number,
                dataset.classNames().get(number),
                some.isEmpty()
                    ? "no record has this class"
                    : some.stream().map(Record::key).collect(Collectors.joining(", "))));
    out.printf(
        Locale.ROOT,
        "%s: %,d images of %,d of %,d classes%n",
        output,
        records.values().stream().mapToInt(List::size).sum(),
        records.size(),
        dataset.classes());
  }

  private Map<String, Object> json(Dataset dataset, Map<Integer, List<Record>> records) {
    List<Map<String, Object>> shown = new ArrayList<>();
    records.forEach(
        (number, some) -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("label", number);
          one.put("class", dataset.classNames().get(number));
          one.put("keys", some.stream().map(Record::key).toList());
          shown.add(one);
        });
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("output", output);
    json.put("classes", dataset.classes());
    json.put("shown", shown);
    return json;
  }

  /** Draws the first bad records, and names all. */
  private int showBad(Stores stores, Dataset dataset) {
    Map<Defect, List<ContactSheet.Tile>> tiles = new TreeMap<>();
    List<Specimens.Bad> all = new ArrayList<>();
    Specimens.bad(
        dataset,
        found -> {
          boolean drawn = all.size() < MOST;
          all.add(drawn ? found : found.withoutImage());
          if (drawn) {
            tiles
                .computeIfAbsent(found.record().kind(), kind -> new ArrayList<>())
                .add(tile(found));
          }
        });
    if (!all.isEmpty()) {
      List<ContactSheet.Section> sections = new ArrayList<>();
      tiles.forEach((kind, of) -> sections.add(new ContactSheet.Section(kind.toString(), of)));
      Files.overwrite(stores, output, ContactSheet.png(sections, side));
    }
    format.print(
        Map.of(
            "output",
            all.isEmpty() ? "" : output,
            "bad",
            all.stream().map(each -> json(each.record())).toList()),
        out -> printBad(out, dataset, all));
    return ExitCode.DONE;
  }

  private static Map<String, Object> json(BadRecord bad) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("shard", bad.shard());
    json.put("position", bad.position());
    json.put("key", bad.key());
    json.put("kind", bad.kind().toString());
    json.put("reason", bad.reason());
    return json;
  }

  private static ContactSheet.Tile tile(Specimens.Bad bad) {
    String key = bad.record().key();
    String caption = key == null ? bad.record().shard() + " " + bad.record().position() : key;
    return new ContactSheet.Tile(bad.image(), caption, bad.record().reason());
  }

  private void printBad(PrintWriter out, Dataset dataset, List<Specimens.Bad> all) {
    all.forEach(each -> out.println(each.record()));
    if (all.isEmpty()) {
      out.printf(
          Locale.ROOT,
          "%s: all of its %,d records can be used; no sheet is drawn%n",
          location,
          dataset.records());
      return;
    }
    out.printf(
        Locale.ROOT,
        "%s: %,d of the %,d records of %s cannot be used%s%n",
        output,
        all.size(),
        dataset.records(),
        location,
        all.size() > MOST ? "; the first 1,000 are drawn" : "");
  }

  private void refuse(boolean wrong, String message) {
    if (wrong) {
      throw new CommandLine.ParameterException(spec.commandLine(), message);
    }
  }
}
