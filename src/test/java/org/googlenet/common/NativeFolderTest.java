package org.googlenet.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where native libraries are unpacked. {@code ContainerIT} mounts what no test can make of folders.
 */
class NativeFolderTest {

  @TempDir private Path folder;

  private final Properties before = (Properties) System.getProperties().clone();
  private Path home;
  private Path scratch;

  @BeforeEach
  void nameFolders() throws IOException {
    home = Files.createDirectory(folder.resolve("home"));
    scratch = Files.createDirectory(folder.resolve("scratch"));
    System.clearProperty(NativeFolder.PROPERTY);
    System.setProperty("user.home", home.toString());
    System.setProperty("user.name", "me");
    System.setProperty("java.io.tmpdir", scratch.toString());
  }

  @AfterEach
  void restore() {
    System.setProperties(before);
  }

  @Test
  void aHomeThatWillDoIsLeftToJavacpp() {
    NativeFolder.choose();
    assertThat(System.getProperty(NativeFolder.PROPERTY)).isNull();
    assertThat(NativeFolder.refusals()).isEmpty();
  }

  @Test
  void aHomeThatCannotHoldThemGivesWayToTheFolderOfTemporaryFiles() throws IOException {
    Files.createFile(home.resolve(".javacpp"));
    NativeFolder.choose();
    assertThat(System.getProperty(NativeFolder.PROPERTY)).isEqualTo(scratch + "/javacpp-me");
    assertThat(Files.getPosixFilePermissions(scratch.resolve("javacpp-me"))).hasSize(3);
  }

  @Test
  void aFolderOfTheUsersOwnComesFirst() throws IOException {
    Path own = folder.resolve("a/b");
    System.setProperty(NativeFolder.PROPERTY, own.toString());
    NativeFolder.choose();
    assertThat(System.getProperty(NativeFolder.PROPERTY)).isEqualTo(own.toString());
    assertThat(own).isDirectory();
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void oneThatCannotBeUsedGivesWayToTheHome() throws IOException {
    System.setProperty(NativeFolder.PROPERTY, Files.createFile(folder.resolve("file")).toString());
    NativeFolder.choose();
    assertThat(System.getProperty(NativeFolder.PROPERTY)).isEqualTo(home + "/.javacpp/cache");
  }

  @Test
  void aUserWithoutAHomeMakesNoneInTheWorkingFolder() {
    System.setProperty("user.home", "?");
    NativeFolder.choose();
    assertThat(Path.of("?")).doesNotExist();
    assertThat(NativeFolder.refusals()).isEmpty();
  }

  @Test
  void noProbeIsLeft() throws IOException {
    for (int i = 0; i < 2; i++) {
      NativeFolder.choose();
    }
    try (var files = Files.list(home.resolve(".javacpp/cache"))) {
      assertThat(files.toList()).isEqualTo(List.of());
    }
  }
}
