package org.googlenet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Starts the packaged job as containers do: by a user id without a name, in a little memory, on a
 * root that cannot be written, with a home that may hold no programs. Mounts, users and control
 * groups are the system's own, so root is needed; without it the tests are left out.
 */
@Timeout(600)
class ContainerIT {

  private static final Path ROOT = Path.of("").toAbsolutePath();

  /** A round on the sample images. */
  private static final String TRAIN =
      """
      "$project/scripts/googlenet" train "$project/conf/recipes/sample.yaml" \\
        --set data.train="$project/data/sample/train" \\
        --set data.validation="$project/data/sample/validation" --set output="$own/runs" \\
        --set 'training={batch: 32, rounds: 1}' --set averaging.localSteps=2""";

  private static final String SUMMARY = "\"$project/scripts/googlenet\" summary";

  /** So that nothing is left in the real one. */
  private static final String OWN_TMP = "mount --bind \"$own/tmp\" /tmp\n";

  private static final String READ_ONLY_ROOT =
      """
      mount --bind "$own" "$own"
      mount -o remount,bind,ro /
      """;

  private static final String NOEXEC_HOME = "mount -t tmpfs -o noexec,mode=1777 home \"$own\"\n";

  private static final String NOEXEC_ELSEWHERE =
      """
      mount -t tmpfs -o noexec,mode=1777 tmp /tmp
      mount -t tmpfs -o noexec,mode=1777 tmp /var/tmp
      """;

  /** Sets 'group' to a new control group below this process's own, where there may be one. */
  private static final String GROUP =
      """
      v1=/sys/fs/cgroup/memory$(sed -n 's/^[0-9]*:memory://p' /proc/self/cgroup)
      v2=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
      for parent in "$v1" "$v2"; do
        group=$parent/googlenet-test-$$
        mkdir "$group" 2> /dev/null || continue
        for file in memory.limit_in_bytes memory.max; do
          if [ -w "$group/$file" ]; then limit=$group/$file; fi
        done
        [ -z "${limit-}" ] || break
        rmdir "$group"
      done
      [ -n "${limit-}" ] || exit 77
      trap 'rmdir "$group"' EXIT
      """;

  /** A folder of the nameless user's, outside of those that a test mounts others over. */
  private Path own;

  @BeforeEach
  void makeAFolder() throws Exception {
    assumeTrue(!ROOT.startsWith("/tmp"), "another /tmp is put over the machine's");
    own = Files.createTempDirectory(ROOT.resolve("target"), "container-");
    Outcome able =
        bash(
            """
            set -e
            [ "$(id -u)" = 0 ]
            unshare -m true
            mkdir "$own/tmp"
            chmod 1777 "$own/tmp" "$own"
            setpriv --reuid=4711 --regid=4711 --clear-groups test -r "$project/pom.xml"
            """);
    assumeTrue(able.status() == 0, "root is needed, and a project that every user may read");
  }

  @AfterEach
  void removeTheFolder() throws Exception {
    if (own != null) {
      bash("rm -rf \"$own\"");
    }
  }

  @Test
  @Tag("slow")
  void aUserWithoutANameTrainsInTwoGigabytesOnAReadOnlyRoot() throws Exception {
    Outcome outcome = inTwoGigabytes(OWN_TMP + READ_ONLY_ROOT + nameless("HOME=/", TRAIN));
    assertThat(outcome.output())
        .contains("native libraries are unpacked to /tmp/javacpp-4711, since /.javacpp/cache")
        .contains("run sample finished");
    assertThat(outcome.status()).isZero();
  }

  @Test
  @Tag("slow")
  void aUserWithoutANameTrainsBySparkSubmit() throws Exception {
    SparkHome.make(own.resolve("spark"));
    Outcome outcome = unshared(nameless("HOME=\"$own\" SPARK_HOME=\"$own/spark\"", TRAIN));
    assertThat(outcome.output()).contains("run sample finished");
    assertThat(outcome.status()).as(outcome.output()).isZero();
    assertThat(ROOT.resolve("?")).doesNotExist();
  }

  @Test
  void theHeapIsAThirdOfWhatAControlGroupHas() throws Exception {
    assertThat(inTwoGigabytes("\"$project/scripts/googlenet\" --print-command summary").output())
        .contains(" -Xmx682m ");
  }

  @Test
  void theHeapFollowsTheSecondVersionOfControlGroupsToo() throws Exception {
    Outcome outcome =
        unshared(
            """
            mount -t tmpfs cgroup2 /sys/fs/cgroup
            echo max > /sys/fs/cgroup/memory.high
            echo 1800000000 > /sys/fs/cgroup/memory.max
            "$project/scripts/googlenet" --print-command summary
            """);
    assertThat(outcome.output()).contains(" -Xmx572m ");
  }

  @Test
  void aHomeThatMayHoldNoProgramsGivesWayToAnotherFolder() throws Exception {
    Outcome outcome = unshared(OWN_TMP + NOEXEC_HOME + nameless("HOME=\"$own\"", SUMMARY));
    assertThat(outcome.output())
        .contains(
            "unpacked to /tmp/javacpp-4711, since " + own + "/.javacpp/cache is mounted noexec")
        .contains("Inception-1");
    assertThat(outcome.status()).isZero();
  }

  @Test
  void aFullHomeGivesWayToAnotherFolder() throws Exception {
    Outcome outcome =
        unshared(
            OWN_TMP
                + "mount -t tmpfs -o size=1m,mode=1777 home \"$own\"\n"
                + "head -c 1m /dev/zero > \"$own/full\" 2> /dev/null || true\n"
                + nameless("HOME=\"$own\"", SUMMARY));
    assertThat(outcome.output())
        .containsPattern("unpacked to /tmp/javacpp-4711, since .*(No space left|room for 0 MB)")
        .contains("Inception-1");
    assertThat(outcome.status()).isZero();
  }

  @Test
  void whereNoFolderMayHoldProgramsEachIsNamedWithTheRemedy() throws Exception {
    Outcome outcome = unshared(NOEXEC_HOME + NOEXEC_ELSEWHERE + nameless("HOME=\"$own\"", SUMMARY));
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.output().lines())
        .singleElement()
        .asString()
        .startsWith(
            "googlenet: the native libraries cannot be unpacked: " + own + "/.javacpp/cache")
        .contains("/tmp/javacpp-4711 is mounted noexec", "-Dorg.bytedeco.javacpp.cachedir=DIR");
  }

  private static String nameless(String environment, String command) {
    return "exec setpriv --reuid=4711 --regid=4711 --clear-groups env %s %s"
        .formatted(environment, command);
  }

  private Outcome inTwoGigabytes(String script) throws Exception {
    Outcome outcome =
        bash(
            GROUP
                + "echo 2147483648 > \"$limit\"\n"
                + "(echo $BASHPID > \"$group/cgroup.procs\" && exec unshare -m bash -ec \"$script\")",
            "script=" + script);
    assumeTrue(outcome.status() != 77, "no control group of memory can be made here");
    return outcome;
  }

  /** Runs a script that sees mounts of its own. */
  private Outcome unshared(String script) throws Exception {
    return bash("exec unshare -m bash -ec \"$script\"", "script=" + script);
  }

  /**
   * What a script came to.
   *
   * @param status exit code
   * @param output stdout and stderr together
   */
  private record Outcome(int status, String output) {}

  private Outcome bash(String script, String... variables)
      throws IOException, InterruptedException {
    List<String> command =
        Stream.of(
                Stream.of("env", "-u", "SPARK_HOME", "-u", "GOOGLENET_JAVA_OPTS"),
                Stream.of("project=" + ROOT, "own=" + own),
                Stream.of(variables),
                Stream.of("bash", "-c", script))
            .flatMap(part -> part)
            .toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), output);
  }
}
