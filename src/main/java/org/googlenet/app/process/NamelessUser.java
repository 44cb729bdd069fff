package org.googlenet.app.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * Gives a name to a user whom the system knows only by number, as in containers: without a name
 * Hadoop's login fails, and with it all of Spark.
 *
 * <p>It is also a Java agent ({@code java -javaagent:JAR}), since spark-submit asks Hadoop for the
 * user before it starts the job.
 */
public final class NamelessUser {

  /** Java's value for a user's name or home that it cannot find. */
  private static final String UNKNOWN = "?";

  private NamelessUser() {}

  /** Starts the agent, before a program's {@code main}. */
  public static void premain(String argument) {
    try {
      name();
    } catch (NoClassDefFoundError e) {
      // A program without Hadoop does not need a login.
    }
  }

  /** Gives this process's user a name for Hadoop and Java, and a home, if they do not have one. */
  public static void name() {
    if (System.getProperty("user.home").equals(UNKNOWN)) {
      System.setProperty(
          "user.home",
          Objects.requireNonNullElse(System.getenv("HOME"), System.getProperty("java.io.tmpdir")));
    }
    if (System.getProperty("user.name").equals(UNKNOWN)) {
      String name = chosen();
      System.setProperty("user.name", name);
      UserGroupInformation.setLoginUser(UserGroupInformation.createRemoteUser(name));
    }
  }

  /** The name that the user chose for Hadoop or Spark, or else their number. */
  private static String chosen() {
    return Stream.of("HADOOP_USER_NAME", "SPARK_USER")
        .map(System::getenv)
        .filter(name -> name != null && !name.isBlank())
        .findFirst()
        .orElseGet(NamelessUser::number);
  }

  private static String number() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "nobody";
    }
  }
}
