package org.googlenet.app.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.googlenet.storage.StorageRefused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipeTest {

  @TempDir private Path folder;

  @Test
  void aPipeThatNobodyWritesToIsNotWaitedForForEver() throws Exception {
    Path pipe = folder.resolve("pipe.yaml");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThat(Pipe.is(pipe.toString())).isTrue();
    assertThatThrownBy(() -> Pipe.bytes(pipe.toString(), 100, Duration.ofMillis(200)))
        .isInstanceOf(StorageRefused.class)
        .hasMessageContaining("is a pipe or a device, and had not come to its end");
  }

  @Test
  void aDeviceThatGivesNoEndIsRefused() {
    assertThatThrownBy(() -> Pipe.bytes("/dev/zero", 100, Duration.ofSeconds(20)))
        .isInstanceOf(StorageRefused.class)
        .hasMessageContaining("/dev/zero: gave more than");
  }

  @Test
  void aFileAndAnObjectAreNoPipes() throws Exception {
    Path file = Files.writeString(folder.resolve("recipe.yaml"), "run: x");
    assertThat(Pipe.is(file.toString())).isFalse();
    assertThat(Pipe.is("s3a://bucket/recipe.yaml")).isFalse();
  }
}
