package org.googlenet.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The table of packages in ARCHITECTURE.md as rules: what each may import of ours, and which
 * outside libraries it may know.
 *
 * @param root the package under which the rows lie
 */
record PackageTable(String root, List<Row> rows) {

  private static final String HEADER = "| floor | package |";
  private static final String BINDING = "org.bytedeco.dnnl..";

  /** The outside libraries by the words of the table. */
  private static final Map<String, List<String>> LIBRARIES =
      Map.ofEntries(
          Map.entry("Spark", List.of("org.apache.spark..", "scala..")),
          Map.entry("Spark SQL", List.of("org.apache.spark.sql..")),
          Map.entry("Spark ML", List.of("org.apache.spark.ml..")),
          Map.entry("Hadoop", List.of("org.apache.hadoop..")),
          Map.entry("DL4J", List.of("org.deeplearning4j..", "org.nd4j..", "org.datavec..")),
          Map.entry("Jackson", List.of("com.fasterxml.jackson..")),
          Map.entry("OpenCV", List.of("org.bytedeco.opencv..", "org.bytedeco.javacpp..")),
          Map.entry("oneDNN", List.of(BINDING, "org.bytedeco.javacpp..")),
          Map.entry("Commons Compress", List.of("org.apache.commons.compress..")),
          Map.entry("ONNX", List.of("onnx..")),
          Map.entry("TensorFlow", List.of("org.tensorflow.framework..")),
          Map.entry("protobuf", List.of("org.nd4j.shade.protobuf..")),
          Map.entry("Parquet", List.of("org.apache.parquet..")),
          Map.entry("Snappy", List.of("org.xerial.snappy..")),
          Map.entry("Zstandard", List.of("com.github.luben.zstd..")),
          Map.entry("Dropwizard", List.of("com.codahale.metrics..")),
          Map.entry("JFR", List.of("jdk.jfr..")),
          Map.entry("JMX", List.of("com.sun.management..")),
          Map.entry("picocli", List.of("picocli..")),
          Map.entry("Log4j", List.of("org.apache.logging.log4j..")));

  /**
   * Parts of Spark that are to be named by themselves: the Spark of the command line lacks them.
   */
  private static final List<String> PARTS_OF_SPARK = List.of("Spark SQL", "Spark ML");

  /** What any package may know. */
  private static final List<String> EVERYWHERE =
      List.of("java..", "javax..", "org.slf4j..", "com.google.errorprone.annotations..");

  /**
   * One package.
   *
   * @param name its name under the root
   * @param imports the packages of ours that it imports
   * @param libraries the words for the outside libraries that it may know
   */
  record Row(int floor, String name, SortedSet<String> imports, List<String> libraries) {

    /** The same of packages of which one lies in the other, or both in a third. */
    private String family() {
      return name.replaceFirst("[.].*", "");
    }
  }

  /** Reads the table, for packages under another root than it is written for, too. */
  static PackageTable read(String root) {
    try {
      List<Row> rows =
          Files.readAllLines(Path.of("ARCHITECTURE.md")).stream()
              .dropWhile(line -> !line.startsWith(HEADER))
              .skip(2)
              .takeWhile(line -> line.startsWith("|"))
              .map(PackageTable::row)
              .toList();
      return new PackageTable(root, rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row row(String line) {
    String[] cells = line.replace("`", "").split("[|]", -1);
    return new Row(
        Integer.parseInt(cells[1].strip()),
        cells[2].strip(),
        new TreeSet<>(words(cells[3])),
        words(cells[4]));
  }

  private static List<String> words(String cell) {
    return Arrays.stream(cell.split(",", -1)).map(String::strip).filter(w -> !w.isEmpty()).toList();
  }

  /** Every class lies in a package of the table. */
  ArchRule nothingOutside() {
    return classes()
        .should()
        .resideInAnyPackage(rows.stream().map(this::exactly).toArray(String[]::new));
  }

  /** One rule per package, in the order of the table, and one for oneDNN's binding. */
  Stream<ArchRule> rules() {
    return Stream.concat(rows.stream().map(this::rule), Stream.of(onePackageKnowsTheBinding()));
  }

  /** What each package imports of ours, by the table. */
  SortedMap<String, SortedSet<String>> imports() {
    SortedMap<String, SortedSet<String>> imports = new TreeMap<>();
    rows.forEach(row -> imports.put(row.name(), row.imports()));
    return imports;
  }

  /** What each package imports of ours, by the code. */
  SortedMap<String, SortedSet<String>> importsOf(JavaClasses code) {
    SortedMap<String, SortedSet<String>> imports = new TreeMap<>();
    for (JavaClass each : code) {
      String from = name(each);
      SortedSet<String> known = imports.computeIfAbsent(from, name -> new TreeSet<>());
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getPackageName().startsWith(root + ".") && !name(target).equals(from)) {
          known.add(name(target));
        }
      }
    }
    return imports;
  }

  private String name(JavaClass each) {
    return each.getPackageName().substring(root.length() + 1);
  }

  /** Imports of a package of the same floor, but another family, or of a higher floor. */
  List<String> upwards() {
    return rows.stream()
        .flatMap(
            row ->
                row.imports().stream()
                    .map(this::named)
                    .filter(known -> known.floor() >= row.floor())
                    .filter(known -> !known.family().equals(row.family()))
                    .map(known -> row.name() + " -> " + known.name()))
        .toList();
  }

  private Row named(String name) {
    return rows.stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }

  /** Another version of oneDNN, with other names, then takes one package's place. */
  private ArchRule onePackageKnowsTheBinding() {
    String kernels = root + ".engine.onednn.kernel";
    return noClasses()
        .that(resideOutsideOfPackage(kernels))
        .should()
        .dependOnClassesThat(resideInAPackage(BINDING))
        .as("only " + kernels + " knows " + BINDING)
        .allowEmptyShould(true);
  }

  private ArchRule rule(Row row) {
    return classes()
        .that(resideInAPackage(exactly(row)))
        .should()
        .onlyDependOnClassesThat(allowed(row))
        .as(row.name() + " knows " + row.imports() + " and " + row.libraries());
  }

  private DescribedPredicate<JavaClass> allowed(Row row) {
    Stream<String> libraries =
        row.libraries().stream().flatMap(word -> LIBRARIES.get(word).stream());
    Stream<String> ours =
        Stream.concat(Stream.of(row.name()), row.imports().stream()).map(name -> root + "." + name);
    DescribedPredicate<JavaClass> inThem =
        resideInAnyPackage(
            Stream.of(EVERYWHERE.stream(), libraries, ours)
                .flatMap(each -> each)
                .toArray(String[]::new));
    DescribedPredicate<JavaClass> inPartsNotNamed =
        resideInAnyPackage(
            PARTS_OF_SPARK.stream()
                .filter(part -> !row.libraries().contains(part))
                .flatMap(part -> LIBRARIES.get(part).stream())
                .toArray(String[]::new));
    return DescribedPredicate.describe(
        inThem.getDescription(),
        known ->
            known.getBaseComponentType().isPrimitive()
                || (inThem.test(known.getBaseComponentType())
                    && !inPartsNotNamed.test(known.getBaseComponentType())));
  }

  private String exactly(Row row) {
    return root + "." + row.name();
  }
}
