package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.googlenet.TinyTraining;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Drives the whole command line in countries with other digits and letters than English's. */
@Timeout(600)
@Tag("slow")
class EveryLocaleTest {

  private static final List<String> CLASSES = List.of("CLIP", "INK");

  private final Locale here = Locale.getDefault();

  @TempDir private Path folder;

  @AfterEach
  void comeBack() {
    Locale.setDefault(here);
  }

  @Test
  void whatIsWrittenHasTheSameNamesInEveryCountry() throws IOException {
    List<String> expected = writtenIn("en-US");
    assertThat(writtenIn("ar-EG")).isEqualTo(expected);
    assertThat(writtenIn("tr-TR")).isEqualTo(expected);
    assertThat(expected)
        .contains(
            "data/train-00000.tar",
            "runs/tiny/checkpoints/000002-0001.json",
            "models/gates/tiny-000002-0001-against-0000.json",
            "models/champion/0001.json");
  }

  /** The names of all that each command writes and the next one reads. */
  private List<String> writtenIn(String locale) throws IOException {
    Locale.setDefault(Locale.forLanguageTag(locale));
    Path place = Files.createDirectory(folder.resolve(locale));
    for (String name : CLASSES) {
      Path images = Files.createDirectories(place.resolve("images").resolve(name));
      for (int i = 0; i < 8; i++) {
        Files.write(images.resolve(i + ".JPG"), Images.jpeg(40, 40, i));
      }
    }
    TinyTraining tiny = TinyTraining.in(place);
    Path data = place.resolve("data");
    Path models = place.resolve("models");
    call("prepare", "--source=folder", "--images=" + place.resolve("images"), "--output=" + data);
    call("validate", data);
    String[] changes = {
      "--set=data={train: " + data + ", validation: " + data + "}",
      "--set=model.classes=2",
      "--set=training={batch: 4, rounds: 2}"
    };
    call("train", tiny.recipe(), changes[0], changes[1], changes[2]);
    call("evaluate", tiny.run(), "--data", data);
    call("gate", tiny.run(), "--models", models, "--data", data, "--minimum-top1=0");
    call("promote", tiny.run(), "--models", models, "--gated");
    call("checkpoints", "list", tiny.run());
    call("models", models);
    try (Stream<Path> files = Files.walk(place)) {
      return files.map(file -> place.relativize(file).toString()).sorted().toList();
    }
  }

  private static void call(Object... arguments) {
    CommandLineFixture.runHere(arguments).succeeded();
  }
}
