package org.googlenet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocationTest {

  @ParameterizedTest
  @CsvSource({
    "/a/b.tar, /a/b.tar, /a, b.tar",
    "/b.tar, /b.tar, /, b.tar",
    "/a/b/, /a/b, /a, b",
    "file:/tmp/a, /tmp/a, /tmp, a",
    "file:///tmp/a, /tmp/a, /tmp, a",
    "hdfs:/x/y.jpg, hdfs:/x/y.jpg, hdfs:/x, y.jpg",
    "hdfs:/y.jpg, hdfs:/y.jpg, hdfs:/, y.jpg",
    "hdfs:///y.jpg, hdfs:///y.jpg, hdfs:///, y.jpg",
    "hdfs://n:1/x/y, hdfs://n:1/x/y, hdfs://n:1/x, y",
    "s3a://b/k, s3a://b/k, s3a://b, k",
    "s3a://b/, s3a://b, s3a://b, ''",
    "s3a://b, s3a://b, s3a://b, ''",
    "/, /, /, ''"
  })
  void aPlaceHasAFolderAndANameInIt(String written, String text, String folder, String name) {
    Location place = Location.of(written);
    assertThat(place.text()).isEqualTo(text);
    assertThat(place.folder().text()).isEqualTo(folder);
    assertThat(place.name()).isEqualTo(name);
    assertThat(place.folder().holds(place)).isTrue();
    assertThat(Location.of(place.text())).isEqualTo(place);
    if (!name.isEmpty()) {
      assertThat(place.folder().resolve(name)).isEqualTo(place);
      assertThat(place.folder().nameOf(place)).isEqualTo(name);
    }
  }

  @Test
  void aRelativePathIsInTheProcessesFolder() {
    assertThat(Location.of("a/../b").text())
        .isEqualTo(Path.of("").toAbsolutePath().resolve("b").toString());
    assertThat(Location.isUri("runs:1")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/x/../y//./d.png, /y/d.png",
    "s3a://b/p/../q/e.png, s3a://b/q/e.png",
    "s3a://b/../../e.png, s3a://b/e.png",
    "hdfs:/x/./y, hdfs:/x/y",
    "/.., /"
  })
  void dotsOfAPathCanBeTakenAway(String written, String text) {
    assertThat(Location.absolute(written).normalized().text()).isEqualTo(text);
  }

  private static Optional<String> common(String... files) {
    return Location.common(Stream.of(files).map(each -> Location.of(each).folder()).toList())
        .map(Location::text);
  }

  @Test
  void placesHaveACommonFolderInOneStore() {
    assertThat(common("s3a://b/x/1.tar", "s3a://b/x/y/2.tar")).hasValue("s3a://b/x");
    assertThat(common("s3a://b/x/1.tar", "s3a://b/xy/2.tar")).hasValue("s3a://b");
    assertThat(common("hdfs://n:1/1.tar", "hdfs://n:1/y/2.tar")).hasValue("hdfs://n:1");
    assertThat(common("hdfs:/a/1.tar", "hdfs:/b/2.tar")).hasValue("hdfs:/");
    assertThat(common("/a/1.tar", "file:///b/2.tar")).hasValue("/");
    assertThat(Location.common(List.of(Location.of("s3a://b"), Location.of("s3a://c")))).isEmpty();
    assertThat(common("/a/1", "s3a://b/2")).isEmpty();
  }
}
