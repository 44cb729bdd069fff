package org.googlenet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts the packaged program where the locale has nothing but ASCII, as under cron. */
@Timeout(600)
@Tag("slow")
class LocalesIT {

  @TempDir private Path folder;

  /** By Bash, since this JVM's own locale may have no such letters. */
  @BeforeEach
  void writeImages() throws Exception {
    Path one = Files.write(folder.resolve("one.jpg"), Images.jpeg(40, 30, 1));
    Path two = Files.write(folder.resolve("two.jpg"), Images.jpeg(40, 30, 2));
    String script =
        """
        cd "$0"
        mkdir -p photos/$'na\\xc3\\xafve caf\\xc3\\xa9' photos/plain
        mv one.jpg photos/$'na\\xc3\\xafve caf\\xc3\\xa9'/$'\\xe6\\x97\\xa5.jpg'
        mv two.jpg photos/plain/x.jpg
        """;
    assertThat(new ProcessBuilder("bash", "-c", script, folder.toString()).start().waitFor())
        .as(one + " " + two)
        .isZero();
  }

  private record Ended(int code, String out, String err) {}

  private Ended launch(String locale, String... arguments) throws Exception {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                Stream.concat(Stream.of(LauncherFixture.SCRIPT.toString()), Stream.of(arguments))
                    .toList())
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> kept = new TreeMap<>(builder.environment());
    kept.keySet().retainAll(List.of("PATH", "HOME", "JAVA_HOME"));
    builder.environment().clear();
    builder.environment().putAll(kept);
    if (!locale.isEmpty()) {
      builder.environment().put("LC_ALL", locale);
    }
    int code = builder.start().waitFor();
    return new Ended(code, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "C", "POSIX"})
  void namesAreReadAndPrintedInUtf8(String locale) throws Exception {
    Ended prepared =
        launch(locale, "prepare", "--source=folder", "--images=photos", "--output=set");
    assertThat(prepared.err()).isEmpty();
    assertThat(prepared.code()).isZero();
    assertThat(prepared.out()).contains("2 records of 2 classes (naïve café, plain)");

    Ended validated = launch(locale, "validate", "set", "set", "--format=json");
    assertThat(validated.code()).isEqualTo(3);
    JsonNode first = new ObjectMapper().readTree(validated.out()).at("/findings/0/first");
    assertThat(first.toString()).contains("record naïve café/日:");
  }
}
