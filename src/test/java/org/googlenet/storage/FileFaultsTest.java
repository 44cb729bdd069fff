package org.googlenet.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.googlenet.common.Problem;
import org.googlenet.storage.ObjectStore.Body;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kernel's errors, made by a library before the C library's calls, in a process of its own:
 * what passes is tried again, what stays is not.
 */
@Tag("slow")
class FileFaultsTest {

  private static final int EPERM = 1;
  private static final int EIO = 5;
  private static final int ENOSPC = 28;
  private static final int ESTALE = 116;

  @TempDir private static Path library;

  @TempDir private Path folder;

  @BeforeAll
  static void compile() throws Exception {
    try {
      Process gcc =
          new ProcessBuilder(
                  "gcc",
                  "-shared",
                  "-fPIC",
                  "-o",
                  library.resolve("faults.so").toString(),
                  "src/test/resources/file_faults.c",
                  "-ldl")
              .inheritIO()
              .start();
      assertThat(gcc.waitFor()).isZero();
    } catch (IOException e) {
      assumeTrue(false, "there is no gcc here: " + e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {EIO, ENOSPC, ESTALE})
  void whatPassesIsTriedAgainInEachCall(int errno) throws Exception {
    String twice = errno + ":object:0:2";
    Result result =
        run(
            Map.of(
                // The first ones are of the writes' unfinished files.
                "FAULT_OPEN", twice,
                "FAULT_READ", errno + ":object:3:2",
                "FAULT_WRITE", twice,
                "FAULT_LINK", twice,
                "FAULT_RENAME", twice,
                "FAULT_FSYNC", twice),
            "60s");
    assertThat(result.output()).contains("all is as it should be");
    assertThat(result.code()).isZero();
    assertThat(files()).containsExactly("object1", "object2");
  }

  /** EPERM, EXDEV, EMLINK, ENOSYS, EOPNOTSUPP. */
  @ParameterizedTest
  @ValueSource(ints = {EPERM, 18, 31, 38, 95})
  void aFileSystemWithoutHardLinksIsNamed(int errno) throws Exception {
    Result result = run(Map.of("FAULT_LINK", errno + ":object:0:99"), "60s");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.output()).contains("object1: this file system has no hard links");
    assertThat(files()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "13, no permission at",
    "30, Read-only file system",
    "36, the name is too long",
    "40, links lead back",
    "20, a file where a folder must be",
    "27, ulimit -f"
  })
  void whatStaysEndsAtOnce(int errno, String what) throws Exception {
    Result result = run(Map.of("FAULT_OPEN", errno + ":object:0:99"), "60s");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.output()).contains(what);
    assertThat(files()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "28, no room:, make room there",
    "122, no room:, raise the quota",
    "24, too many open files:, ulimit -n",
    "5, Input/output error, check that the storage is up"
  })
  void whatDoesNotPassIsGivenUpAndLeavesNothing(int errno, String what, String remedy)
      throws Exception {
    Result result = run(Map.of("FAULT_WRITE", errno + ":object:0:999"), "1s");
    assertThat(result.code()).isEqualTo(7);
    assertThat(result.output()).contains(what).contains(remedy).doesNotContain("has room");
    assertThat(files()).isEmpty();
  }

  @Test
  void aLinkThatWasMadeBeforeTheFailureIsASuccess() throws Exception {
    // The second one is of the folder, after the link.
    Result result = run(Map.of("FAULT_FSYNC", EIO + ":" + folder + ":1:1"), "60s");
    assertThat(result.output()).contains("all is as it should be");
  }

  /** What the other process does: each verb once. */
  public static void main(String[] arguments) throws IOException {
    ObjectStore store =
        new Stores(Map.of(HadoopDefaults.DEADLINE, arguments[1])).open(arguments[0]);
    byte[] bytes = new byte[200_000];
    new Random(1).nextBytes(bytes);
    try {
      store.create("object1", Body.of(bytes));
      store.overwrite("object2", Body.of(bytes));
      for (String name : List.of("object1", "object2")) {
        try (InputStream in = store.read(name)) {
          if (!Arrays.equals(in.readAllBytes(), bytes)) {
            throw new IllegalStateException(name + " holds other bytes");
          }
        }
      }
      if (store.list("").size() != 2) {
        throw new IllegalStateException("the list has " + store.list(""));
      }
      System.out.println("all is as it should be");
    } catch (IOException e) {
      end(StorageProblem.at(arguments[0], e));
    } catch (Problem e) {
      end(e);
    }
  }

  private static void end(Problem problem) {
    System.out.println(problem.getMessage());
    System.exit(problem.exitCode());
  }

  private record Result(int code, String output) {}

  private Result run(Map<String, String> faults, String deadline) throws Exception {
    Path output = library.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FileFaultsTest.class.getName(),
                folder.toString(),
                deadline)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("LD_PRELOAD", library.resolve("faults.so").toString());
    builder.environment().putAll(faults);
    Process process = builder.start();
    assertThat(process.waitFor(Duration.ofMinutes(2).toSeconds(), TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
