package org.googlenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Classes of ours by the names that scripts, settings and pages give them. */
class NamedClassesTest {

  private static final Pattern BENCHMARK = Pattern.compile("\\bclass=([\\w.]+)");
  private static final Pattern NAME =
      Pattern.compile("org\\.googlenet(?:\\.[a-z0-9]+)*\\.[A-Z]\\w*");

  private static final List<String> PLACES =
      List.of("scripts", "job", "conf", "docs", "README.md", "CONTRIBUTING.md", "pom.xml");

  @Test
  void eachBenchmarkOfTheScriptIsAProgram() {
    Set<String> benchmarks = names(BENCHMARK, Path.of("scripts/bench"));

    assertThat(benchmarks).hasSize(6);
    for (String name : benchmarks) {
      assertThatCode(() -> Class.forName("org.googlenet." + name).getMethod("main", String[].class))
          .as(name)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void eachClassThatAScriptOrAPageNamesIsThere() throws IOException {
    Set<String> all = new TreeSet<>();
    for (String place : PLACES) {
      try (Stream<Path> files = Files.walk(Path.of(place))) {
        files.filter(Files::isRegularFile).forEach(file -> all.addAll(names(NAME, file)));
      }
    }

    assertThat(all).contains("org.googlenet.app.Main");
    for (String name : all) {
      assertThatCode(() -> Class.forName(name, false, getClass().getClassLoader()))
          .as(name)
          .doesNotThrowAnyException();
    }
  }

  /** What a pattern finds, by its group if it has one; nothing in a file that is no text. */
  private static Set<String> names(Pattern pattern, Path file) {
    Set<String> names = new TreeSet<>();
    try {
      Matcher matcher = pattern.matcher(Files.readString(file));
      while (matcher.find()) {
        names.add(matcher.group(matcher.groupCount()));
      }
    } catch (MalformedInputException binary) {
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }
}
