package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No argument of a public method of the engine's packages ends the JVM: in a process of its own.
 */
class WrongArgumentsTest {

  private static final long LONGEST_SECONDS = 120;
  private static final int FEWEST_CALLS = 150;

  @Tag("slow")
  @Test
  void everyWrongArgumentAndEveryCallAfterCloseIsRefusedByALivingJvm(@TempDir Path folder)
      throws IOException, InterruptedException {
    assumeThat(OneDnnLibrary.find().problem()).as("oneDNN's library loads").isNull();
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("conf/jvm.options").toAbsolutePath(),
                "-Xmx1g",
                "-cp",
                absolute(System.getProperty("java.class.path")),
                WrongArguments.class.getName())
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();

    List<String> lines = Files.readAllLines(out);
    assertThat(ended).as("it ended; so far %s", lines).isTrue();
    assertThat(process.exitValue())
        .as("%s%n%s", lines, Files.readString(folder.resolve("err")))
        .isZero();
    assertThat(lines).as("calls that were not refused").hasSize(1);
    assertThat(Integer.parseInt(lines.get(0).replace(" calls", ""))).isGreaterThan(FEWEST_CALLS);
  }

  private static String absolute(String classPath) {
    return String.join(
        System.getProperty("path.separator"),
        List.of(classPath.split(System.getProperty("path.separator"))).stream()
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }
}
