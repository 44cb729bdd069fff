package org.googlenet.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;

/**
 * The packages, floor by floor, and what each may know: any package of a lower floor, and the
 * outside libraries of its row.
 *
 * @param root the package under which the rows lie
 */
record PackageTable(String root) {

  private static final String[] SPARK = {"org.apache.spark..", "scala.."};
  private static final String[] HADOOP = {"org.apache.hadoop.."};
  private static final String[] DL4J = {"org.deeplearning4j..", "org.nd4j..", "org.datavec.."};
  private static final String[] JACKSON = {"com.fasterxml.jackson.."};
  private static final String[] OPENCV = {"org.bytedeco.opencv..", "org.bytedeco.javacpp.."};
  private static final String BINDING = "org.bytedeco.dnnl..";
  private static final String[] ONEDNN = {BINDING, "org.bytedeco.javacpp.."};
  private static final String[] COMPRESS = {"org.apache.commons.compress.."};
  private static final String[] SYSTEM = {"com.sun.management.."};
  private static final String[] PICOCLI = {"picocli.."};
  private static final String[] LOG4J = {"org.apache.logging.log4j.."};

  /** What any package may know. */
  private static final String[] EVERYWHERE = {
    "java..", "javax..", "org.slf4j..", "com.google.errorprone.annotations.."
  };

  private static final List<Row> ROWS =
      List.of(
          row("app", 11, SPARK, HADOOP, JACKSON, PICOCLI, LOG4J),
          row("retrain", 10, SPARK),
          row("preflight", 9, SPARK, SYSTEM),
          row("training", 8, SPARK, DL4J),
          row("dl4j", 7, SPARK, DL4J),
          row("averaging", 6, SPARK, DL4J),
          row("evaluation", 6, SPARK, DL4J),
          row("prepare", 6, SPARK),
          row("spark", 5, SPARK),
          row("registry", 5, JACKSON),
          row("recipe", 5, JACKSON, DL4J),
          row("engine", 4, DL4J),
          row("engine.onednn", 3, DL4J, ONEDNN),
          row("data", 3, OPENCV, COMPRESS, JACKSON),
          row("run", 3, JACKSON),
          row("model", 2, DL4J),
          row("storage", 2, HADOOP),
          row("report", 4, JACKSON),
          row("common", 0));

  /**
   * One package.
   *
   * @param name its name under the root
   * @param floor imports go to lower floors only; common is below all others, as every package's
   *     errors extend its Problem
   * @param libraries package patterns of the outside libraries that it may know
   */
  record Row(String name, int floor, List<String> libraries) {}

  private static Row row(String name, int floor, String[]... libraries) {
    return new Row(name, floor, Stream.of(libraries).flatMap(Stream::of).toList());
  }

  List<String> names() {
    return ROWS.stream().map(Row::name).toList();
  }

  /** Every class lies in a package of the table. */
  ArchRule nothingOutside() {
    return classes()
        .should()
        .resideInAnyPackage(ROWS.stream().map(row -> inside(row)).toArray(String[]::new));
  }

  /** One rule a package, in the order of the table, and one for oneDNN's binding. */
  Stream<ArchRule> rules() {
    return Stream.concat(ROWS.stream().map(this::rule), Stream.of(oneClassKnowsTheBinding()));
  }

  /** Another version of oneDNN, with other names, then takes one file's place. */
  private ArchRule oneClassKnowsTheBinding() {
    String binding = root + ".engine.onednn.Primitives";
    return noClasses()
        .that(
            DescribedPredicate.describe(
                "are outside " + binding,
                each ->
                    !each.getName().equals(binding) && !each.getName().startsWith(binding + "$")))
        .should()
        .dependOnClassesThat(resideInAPackage(BINDING))
        .as("only Primitives knows " + BINDING)
        .allowEmptyShould(true);
  }

  private ArchRule rule(Row row) {
    DescribedPredicate<JavaClass> inIt =
        DescribedPredicate.and(
            resideInAPackage(inside(row)), DescribedPredicate.not(resideInAnyPackage(below(row))));
    return classes()
        .that(inIt)
        .should()
        .onlyDependOnClassesThat(allowed(row))
        .as(row.name() + " knows only lower floors and " + row.libraries());
  }

  private DescribedPredicate<JavaClass> allowed(Row row) {
    Stream<String> lower =
        ROWS.stream().filter(other -> other.floor() < row.floor()).map(this::inside);
    String[] packages =
        Stream.of(Stream.of(EVERYWHERE), row.libraries().stream(), lower, Stream.of(inside(row)))
            .flatMap(each -> each)
            .toArray(String[]::new);
    DescribedPredicate<JavaClass> inThem = resideInAnyPackage(packages);
    return DescribedPredicate.describe(
        inThem.getDescription(),
        known ->
            known.getBaseComponentType().isPrimitive()
                || inThem.test(known.getBaseComponentType()));
  }

  private String inside(Row row) {
    return root + "." + row.name() + "..";
  }

  /** The packages inside a row's that have a row of their own. */
  private String[] below(Row row) {
    return ROWS.stream()
        .filter(other -> other.name().startsWith(row.name() + "."))
        .map(this::inside)
        .toArray(String[]::new);
  }
}
