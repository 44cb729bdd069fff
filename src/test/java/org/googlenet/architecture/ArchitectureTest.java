package org.googlenet.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the code to the table of packages in ARCHITECTURE.md, and its rules to code that breaks
 * them.
 */
class ArchitectureTest {

  private static final PackageTable TABLE = PackageTable.read("org.googlenet");
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages(TABLE.root());

  private static final PackageTable WRONG_TABLE =
      PackageTable.read("org.googlenet.architecture.wrong");
  private static final JavaClasses WRONG =
      new ClassFileImporter().importPackages(WRONG_TABLE.root());

  static Stream<ArchRule> rules() {
    return TABLE.rules();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void aPackageKnowsOnlyWhatItsRowSays(ArchRule rule) {
    rule.check(OURS);
  }

  @Test
  void everyClassLiesInAPackageOfTheTable() {
    TABLE.nothingOutside().check(OURS);
  }

  @Test
  void theTableSaysWhatEachPackageImports() {
    assertThat(TABLE.importsOf(OURS)).isEqualTo(TABLE.imports());
  }

  @Test
  void noImportGoesUpwardsOrBesides() {
    assertThat(TABLE.upwards()).isEmpty();
  }

  @Test
  void noPackagesImportEachOtherInACircle() {
    slices().matching(TABLE.root() + ".(**)").should().beFreeOfCycles().check(OURS);
  }

  @Test
  void theRulesSeeALibraryThatIsNotInThePackagesRow() {
    assertThat(violations()).anyMatch(line -> line.contains("(ModelKnowsHadoop.java"));
  }

  @Test
  void theRulesSeeAPartOfSparkThatIsNotInThePackagesRow() {
    assertThat(violations())
        .anyMatch(line -> line.contains("SparkSession") && line.contains("(SparkKnowsSql.java"))
        .noneMatch(line -> line.contains("SparkKnowsSql.allowed"));
  }

  @Test
  void theRulesSeeAnImportUpwards() {
    assertThat(violations()).anyMatch(line -> line.contains("(CommonKnowsModel.java"));
  }

  @Test
  void theRulesSeeAnImportSideways() {
    assertThat(violations()).anyMatch(line -> line.contains("(ModelKnowsStorage.java"));
  }

  @Test
  void theRulesSeeAPackageThatTheTableLacks() {
    assertThat(WRONG_TABLE.nothingOutside().evaluate(WRONG).getFailureReport().getDetails())
        .singleElement()
        .asString()
        .contains("strange.Homeless");
  }

  @Test
  void theRulesLeaveAnAllowedImportAlone() {
    assertThat(violations()).noneMatch(line -> line.contains("(StorageKnowsHadoop.java"));
  }

  private static List<String> violations() {
    return WRONG_TABLE
        .rules()
        .map(rule -> rule.allowEmptyShould(true).evaluate(WRONG).getFailureReport())
        .flatMap(report -> report.getDetails().stream())
        .toList();
  }
}
