package org.googlenet;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the published contract tests to being all that somebody else's implementation needs. */
class ContractsJarIT {

  private static final Path CONTRACTS = Path.of(System.getProperty("contracts.jar"));
  private static final Path JOB_JAR = Path.of(System.getProperty("job.jar"));

  private static Set<String> classes(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void itHoldsTheContractsAndNoOtherTest() throws IOException {
    assertThat(classes(CONTRACTS))
        .contains(
            "org.googlenet.storage.ObjectStoreContract",
            "org.googlenet.storage.ObjectStoreWriteContract",
            "org.googlenet.data.format.ShardFormatContract",
            "org.googlenet.prepare.ImageSourceContract",
            "org.googlenet.engine.EngineContract")
        .noneMatch(name -> name.replaceFirst("\\$.*", "").endsWith("Test"));
  }

  @Test
  void whatAContractNeedsIsInItOrInTheJob() throws IOException {
    Set<String> there = classes(CONTRACTS);
    there.addAll(classes(JOB_JAR));
    JavaClasses contracts;
    try (JarFile jar = new JarFile(CONTRACTS.toFile())) {
      contracts = new ClassFileImporter().importJar(jar);
    }
    Set<String> needed = new TreeSet<>();
    for (JavaClass each : contracts) {
      each.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType().getName())
          .filter(name -> name.startsWith("org.googlenet."))
          .forEach(needed::add);
    }
    assertThat(needed).hasSizeGreaterThan(10);
    assertThat(there).containsAll(needed);
  }
}
