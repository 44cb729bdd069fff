package org.googlenet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Launches scripts/googlenet as users do, with no Spark in its environment but the tests' own. */
abstract class LauncherFixture {

  static final Path ROOT = Path.of("").toAbsolutePath();
  static final Path SCRIPT = ROOT.resolve("scripts/googlenet");

  @TempDir Path folder;

  /** A folder with a spark-submit that ends with code 6. */
  Path sparkHome() throws IOException {
    script(folder.resolve("spark/bin/spark-submit"), "exit 6");
    return folder.resolve("spark");
  }

  static void script(Path file, String line) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /**
   * What a launch came to.
   *
   * @param status exit code
   * @param output stdout and stderr together
   */
  record Outcome(int status, String output) {}

  static Outcome launch(String... arguments) throws Exception {
    return launch(Map.of(), arguments);
  }

  static Outcome launch(Map<String, String> environment, String... arguments) throws Exception {
    Process process = start(SCRIPT, environment, arguments);
    String output = outputOf(process);
    return new Outcome(process.waitFor(), output);
  }

  static Process start(Path script, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command =
        Stream.concat(Stream.of(script.toString()), Stream.of(arguments)).toList();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> inherited = new HashMap<>(builder.environment());
    inherited.keySet().removeAll(List.of("SPARK_HOME", "SPARK_CONF_DIR", "GOOGLENET_JAVA_OPTS"));
    builder.environment().clear();
    builder.environment().putAll(inherited);
    builder.environment().putAll(environment);
    return builder.start();
  }

  static String outputOf(Process process) throws IOException {
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }
}
