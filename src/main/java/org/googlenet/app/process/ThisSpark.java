package org.googlenet.app.process;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Properties;

/**
 * Checks the version of the Spark that the job was started in. It reads the version from Spark's
 * files and does not link its classes, since with another version linking fails at an arbitrary
 * place.
 */
public final class ThisSpark {

  private static final String SPARK = "3.5.";
  private static final String SCALA = "2.12.";

  private ThisSpark() {}

  /** Why the job cannot run in the Spark of its class path; empty if it can. */
  public static Optional<String> problem() {
    return problem(
        version("spark-version-info.properties", "version"),
        version("library.properties", "version.number"));
  }

  /**
   * The same for given versions; an empty version is unknown and counts as right.
   *
   * @param spark as in 3.5.8
   * @param scala as in 2.12.18
   */
  public static Optional<String> problem(String spark, String scala) {
    if (isKnown(spark, SPARK) && isKnown(scala, SCALA)) {
      return Optional.empty();
    }
    return Optional.of(
        "this is Spark %s with Scala %s, and the job needs Spark 3.5 with Scala 2.12; set SPARK_HOME to one"
            .formatted(spark, scala));
  }

  private static boolean isKnown(String version, String needed) {
    return version.isEmpty() || version.startsWith(needed);
  }

  private static String version(String file, String key) {
    Properties properties = new Properties();
    try (InputStream in = ThisSpark.class.getClassLoader().getResourceAsStream(file)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException | IllegalArgumentException e) {
      return "";
    }
    return properties.getProperty(key, "");
  }
}
