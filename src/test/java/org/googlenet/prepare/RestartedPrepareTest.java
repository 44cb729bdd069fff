package org.googlenet.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.googlenet.common.Tolerance;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.image.ImageHeader;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a job that failed leaves is kept by the next one, or goes, and is never mixed with it. */
class RestartedPrepareTest extends PrepareFixture {

  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  private Path out;

  /** Twenty images, of which the fifth is bad. */
  @BeforeEach
  void writeImages() throws IOException {
    out = folder.resolve("out");
    for (int i = 0; i < 20; i++) {
      write(
          String.format(Locale.ROOT, "photos/%s/%02d.png", i % 2 == 0 ? "cat" : "dog", i),
          i == 4 ? "torn".getBytes(StandardCharsets.UTF_8) : Images.png(8 + i, 8, i));
    }
  }

  private PrepareJob.Options options(String split, long shardBytes, String tolerance) {
    return new PrepareJob.Options(
        new FolderSource(folder.resolve("photos").toString(), List.of()),
        out.toString(),
        split,
        shardBytes,
        1,
        new PrepareJob.Shrinking(0, ImageHeader.Format.JPEG),
        0,
        new PrepareJob.Forgiveness(Tolerance.parse(tolerance).orElseThrow(), false));
  }

  private void fail(PrepareJob.Options options) {
    assertThatThrownBy(() -> report(options).orThrow()).isInstanceOf(DataProblem.class);
    assertThat(out.resolve("dataset.json")).doesNotExist();
  }

  private List<Path> files(String glob) throws IOException {
    try (Stream<Path> all = Files.walk(out)) {
      return all.filter(
              file ->
                  file.getFileSystem().getPathMatcher("glob:" + glob).matches(out.relativize(file)))
          .sorted()
          .toList();
    }
  }

  private List<Path> tars() throws IOException {
    return files("*.tar");
  }

  private List<Path> agedTars() throws IOException {
    List<Path> tars = tars();
    for (Path tar : tars) {
      Files.setLastModifiedTime(tar, LONG_AGO);
    }
    return tars;
  }

  private static long kept(List<Path> tars) throws IOException {
    long kept = 0;
    for (Path tar : tars) {
      kept += Files.getLastModifiedTime(tar).equals(LONG_AGO) ? 1 : 0;
    }
    return kept;
  }

  @Test
  void shardsWithoutABadImageAreKeptAndTheSetIsAsIfMadeAtOnce() throws IOException {
    fail(options("train", 4000, "0"));
    List<Path> tars = agedTars();
    assertThat(tars).hasSizeGreaterThan(4);

    Dataset made = prepare(options("train", 4000, "1"));

    assertThat(kept(tars)).isEqualTo(tars.size() - 1);
    assertThat(made.records()).isEqualTo(19);
    assertThat(labels(made)).hasSize(19);
    out = folder.resolve("other");
    assertThat(prepare(options("train", 4000, "1")).fingerprint()).isEqualTo(made.fingerprint());
  }

  @Test
  void afterABadImageIsMendedOnlyItsShardIsMadeAgain() throws IOException {
    fail(options("train", 4000, "0"));
    List<Path> tars = agedTars();
    write("photos/cat/04.png", Images.png(12, 8, 4));

    Dataset made = prepare(options("train", 4000, "0"));

    assertThat(made.records()).isEqualTo(20);
    assertThat(kept(tars)).isEqualTo(tars.size() - 1);
  }

  @Test
  void aShardThatWasDamagedOrDeletedSinceIsMadeAgain() throws IOException {
    fail(options("train", 4000, "0"));
    List<Path> tars = agedTars();
    Files.write(tars.get(0), new byte[512]);
    Files.delete(tars.get(1));
    Files.delete(Path.of(tars.get(2).toString().replace(".tar", ".idx")));
    List<Path> whole = tars.subList(3, tars.size());
    long clean = whole.size();

    Dataset made = prepare(options("train", 4000, "1"));

    assertThat(labels(Dataset.open(STORES, made.location()))).hasSize(19);
    assertThat(kept(whole)).isBetween(clean - 1, clean);
  }

  @Test
  void nothingButShardsIsDeletedWhateverIsSaidToBeLeftOver() throws IOException {
    write("out/notes.txt", new byte[10]);
    write(
        "out/prepare.json",
        "{\"format\":\"googlenet-prepare\",\"version\":1,\"shards\":[\"notes.txt\"]}"
            .getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> prepare(options("train", 4000, "1")))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("prepare.json: is not what this version writes");
    assertThat(out.resolve("notes.txt")).exists();
  }

  @Test
  void otherOptionsLeaveNothingOfAnEarlierJob() throws IOException {
    fail(options("train", 3000, "0"));
    int many = tars().size();
    write("out/mine.tar", new byte[10]);
    write("out/notes.txt", new byte[10]);

    Dataset few = prepare(options("train", 1 << 20, "1"));

    assertThat(many).isGreaterThan(few.shards().size());
    assertThat(files("**"))
        .filteredOn(Files::isRegularFile)
        .extracting(file -> out.relativize(file).toString())
        .containsExactly(
            "dataset.json", "mine.tar", "notes.txt", "train-00000.idx", "train-00000.tar");
  }

  @Test
  void anotherSplitLeavesNothingOfAnEarlierJobEither() throws IOException {
    fail(options("train", 3000, "0"));
    prepare(options("validation", 1 << 20, "1"));
    assertThat(files("**"))
        .filteredOn(Files::isRegularFile)
        .extracting(file -> out.relativize(file).toString())
        .containsExactly("dataset.json", "validation-00000.idx", "validation-00000.tar");
  }

  @Test
  void aShardThatNobodyKnowsIsNeitherReplacedNorMixedWithTheOthers() throws IOException {
    write("out/train-00007.tar", new byte[10]);
    assertThatThrownBy(() -> report(options("train", 4000, "1")))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("out/train-00007.tar: is in the way");
    assertThat(tars()).containsExactly(out.resolve("train-00007.tar"));
  }

  @Test
  void otherImagesUnderTheSameNameAreNotTakenForTheSame() throws IOException {
    fail(options("train", 1 << 20, "0"));
    Files.delete(folder.resolve("photos/cat/04.png"));
    write("photos/cat/06.png", Images.png(64, 64, 77));
    assertThat(entries(prepare(options("train", 1 << 20, "0"))).get("cat/06.png"))
        .isEqualTo(Images.png(64, 64, 77));
  }
}
