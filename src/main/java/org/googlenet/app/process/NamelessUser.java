package org.googlenet.app.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * Names a user whom the system knows by number only, as containers have them: without a name
 * Hadoop's login fails, and with it all of Spark.
 *
 * <p>It is a Java agent, too ({@code java -javaagent:JAR}), since spark-submit asks Hadoop for the
 * user before it starts the job.
 */
public final class NamelessUser {

  /** What Java says of a user's name or home that it cannot find. */
  private static final String UNKNOWN = "?";

  private NamelessUser() {}

  /** The agent's start, before a program's {@code main}. */
  public static void premain(String argument) {
    try {
      name();
    } catch (NoClassDefFoundError e) {
      // A program without Hadoop does not log in.
    }
  }

  /** Gives this process's user a name for Hadoop and Java, and a home, if he has none. */
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

  /** As Hadoop and Spark let one choose; or else his number. */
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
