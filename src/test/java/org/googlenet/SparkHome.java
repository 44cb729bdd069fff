package org.googlenet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A {@code SPARK_HOME} with {@code jars} and {@code bin/spark-submit}, over the jars that the build
 * puts into {@code target/spark/jars}.
 */
final class SparkHome {

  static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private static final Path JARS = Path.of("target/spark/jars").toAbsolutePath();

  /**
   * What Spark's own script does: its launcher names the driver's JVM, and the script becomes it.
   */
  private static final String SPARK_SUBMIT =
      """
      #!/usr/bin/env bash
      export SPARK_SCALA_VERSION=2.12
      {
        # Whatever else the launcher prints stands before a NUL and a line break.
        IFS= read -r -d '' _
        IFS= read -r _
        mapfile -d '' -t command
      } < <("%1$s" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main \\
        org.apache.spark.deploy.SparkSubmit "$@")
      [ ${#command[@]} -gt 0 ] || exit 1
      exec "${command[@]}"
      """
          .formatted(JAVA);

  private SparkHome() {}

  /** Makes one in this folder. */
  static void make(Path home) throws IOException {
    Path submit = home.resolve("bin/spark-submit");
    Files.createDirectories(submit.getParent());
    Files.writeString(submit, SPARK_SUBMIT);
    Files.setPosixFilePermissions(submit, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(home.resolve("jars"), JARS);
  }

  /** The jars of it, as a class path. */
  static String jars() {
    return JARS + "/*";
  }
}
