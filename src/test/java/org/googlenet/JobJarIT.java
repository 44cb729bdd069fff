package org.googlenet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/**
 * Holds the packaged jar to its promise: the job's own code, and nothing that the cluster brings.
 */
class JobJarIT {

  private static final Path JOB_JAR = Path.of(System.getProperty("job.jar"));
  private static final Path SPARK_JARS = Path.of(System.getProperty("spark.jars.folder"));
  private static final String PLATFORM = System.getProperty("native.platform");
  private static final Pattern NATIVE_LIBRARY =
      Pattern.compile(".*\\.(so(\\.[0-9.]+)?|dll|dylib|jnilib)");

  @Test
  void noClassOfTheJobsJarIsInOneOfSparksToo() throws IOException {
    Set<String> job = classes(JOB_JAR);
    Set<String> both = new TreeSet<>();
    for (Path jar : sparkJars()) {
      classes(jar).stream().filter(job::contains).forEach(both::add);
    }
    assertThat(job).hasSizeGreaterThan(1000);
    assertThat(both).isEmpty();
  }

  @Test
  void theJobsJarHoldsNativesOfOnePlatform() throws IOException {
    List<String> natives =
        entries(JOB_JAR).stream().filter(name -> NATIVE_LIBRARY.matcher(name).matches()).toList();
    assertThat(natives).hasSizeGreaterThan(10).allMatch(name -> name.contains("/" + PLATFORM));
  }

  @Test
  void theJobsJarHoldsNeitherSparkNorHadoopNorScala() throws IOException {
    assertThat(entries(JOB_JAR))
        // dl4j-spark reaches into Spark with two classes of that package.
        .filteredOn(name -> !name.startsWith("org/apache/spark/TaskContextHelper"))
        .noneMatch(name -> name.matches("(org/apache/(spark|hadoop)|scala|software/amazon)/.+"));
  }

  @Test
  void theJobsJarNamesItsMainClassItsPlatformAndItsLicence() throws IOException {
    try (JarFile jar = new JarFile(JOB_JAR.toFile())) {
      Attributes manifest = jar.getManifest().getMainAttributes();
      assertThat(manifest.getValue("Main-Class")).isEqualTo("org.googlenet.app.Main");
      assertThat(manifest.getValue("Native-Platform")).startsWith(PLATFORM);
      assertThat(jar.getEntry("META-INF/LICENSE")).isNotNull();
      assertThat(jar.getEntry("META-INF/NOTICE")).isNotNull();
    }
  }

  @Test
  void whatIsFoundByItsNameIsListedInTheJobsJarAndIsInIt() throws IOException {
    List<String> files =
        entries(JOB_JAR).stream()
            .filter(name -> name.startsWith("META-INF/services/org.googlenet."))
            .toList();
    assertThat(files).hasSizeGreaterThan(2);
    try (JarFile jar = new JarFile(JOB_JAR.toFile())) {
      for (String file : files) {
        byte[] bytes = jar.getInputStream(jar.getEntry(file)).readAllBytes();
        List<String> listed = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        assertThat(listed)
            .as(file)
            .isNotEmpty()
            .allMatch(name -> jar.getEntry(name.replace('.', '/') + ".class") != null);
      }
    }
  }

  private static List<Path> sparkJars() throws IOException {
    try (Stream<Path> jars = Files.list(SPARK_JARS)) {
      List<Path> found = jars.filter(jar -> jar.toString().endsWith(".jar")).toList();
      assertThat(found).hasSizeGreaterThan(100);
      return found;
    }
  }

  private static Set<String> classes(Path jar) throws IOException {
    Set<String> classes = entries(jar);
    classes.removeIf(name -> !name.endsWith(".class") || name.endsWith("module-info.class"));
    return classes;
  }

  private static Set<String> entries(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      Set<String> names = new HashSet<>();
      file.stream()
          .filter(entry -> !entry.isDirectory())
          .map(ZipEntry::getName)
          .forEach(names::add);
      return names;
    }
  }
}
