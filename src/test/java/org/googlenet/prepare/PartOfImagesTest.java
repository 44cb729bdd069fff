package org.googlenet.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartOfImagesTest extends PrepareFixture {

  private FolderSource photos(int ofEach) throws IOException {
    for (int i = 0; i < ofEach; i++) {
      write("photos/cat/c" + i + ".jpg", Images.jpeg(20, 10, i));
      write("photos/dog/d" + i + ".png", Images.png(10, 20, i));
    }
    return new FolderSource(folder.resolve("photos").toString(), List.of());
  }

  private Set<String> keys(ImageSource source, String part) throws IOException {
    Set<String> keys = new HashSet<>();
    PartOfImages.of(source, part)
        .list(spark, STORES)
        .images()
        .forEach(image -> assertThat(keys.add(image.key())).isTrue());
    return keys;
  }

  @Test
  void partsSideBySideHaveEachImageOnceAndAboutTheirShareOfThem() throws IOException {
    FolderSource source = photos(100);
    Set<String> training = keys(source, "0-80");
    Set<String> validation = keys(source, "80-100");

    assertThat(training).doesNotContainAnyElementsOf(validation).hasSizeBetween(140, 180);
    Set<String> both = new HashSet<>(training);
    both.addAll(validation);
    assertThat(both).hasSize(200).isEqualTo(keys(source, "0-100"));
  }

  @Test
  void anImageStaysInItsPartWhenOthersAreAdded() throws IOException {
    Set<String> few = keys(photos(20), "80-100");
    Set<String> many = keys(photos(40), "80-100");

    assertThat(many).containsAll(few).hasSizeGreaterThan(few.size());
    assertThat(keys(photos(40), "0-80")).doesNotContainAnyElementsOf(few);
  }

  @Test
  void aPartBecomesADataSetOfAllClasses() throws IOException {
    FolderSource source = photos(20);
    Dataset validation = prepare(PartOfImages.of(source, "80-100"), "validation");

    assertThat(validation.classNames()).containsExactly("cat", "dog");
    assertThat(labels(validation).keySet()).isEqualTo(keys(source, "80-100"));
  }

  @Test
  void aClassWithoutImagesInThePartIsRefusedWithThePart() throws IOException {
    FolderSource source = photos(20);
    write("photos/emu/e.png", Images.png(10, 20, 1));
    String part = keys(source, "0-50").contains("emu/e") ? "50-100" : "0-50";

    assertThatThrownBy(() -> prepare(PartOfImages.of(source, part), "out"))
        .isInstanceOf(DataProblem.class)
        .hasMessageStartingWith(
            folder.resolve("photos")
                + ", part "
                + part
                + ": no image that can be used in class emu");
  }

  @ParameterizedTest
  @ValueSource(strings = {"80", "80-", "80-80", "90-80", "0-101", "-1-5", "0.5-1", "0-80%", ""})
  void whatIsNoRangeOfPercentagesIsRefused(String part) throws IOException {
    FolderSource source = photos(1);

    assertThatThrownBy(() -> PartOfImages.of(source, part))
        .isInstanceOf(PrepareRefused.class)
        .hasMessage(
            "--part: %s: give two percentages from 0 to 100, as in 0-80 for training and 80-100 for validation",
            part);
  }
}
