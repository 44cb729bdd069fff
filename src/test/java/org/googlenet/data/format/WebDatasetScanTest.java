package org.googlenet.data.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.googlenet.Mutations;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What tars as others write them have in them. */
class WebDatasetScanTest {

  private static final byte[] IMAGE = Images.png(5, 4, 1);

  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  private WebDatasetScanTest with(String name, String text) {
    entries.put(name, text.getBytes(UTF_8));
    return this;
  }

  private WebDatasetScanTest withImage(String name) {
    entries.put(name, IMAGE);
    return this;
  }

  private WebDatasetScanTest withLink(String name) {
    entries.put(name, null);
    return this;
  }

  private byte[] tar() throws IOException {
    return ForeignShards.tar(entries);
  }

  private Scanned scan() throws IOException {
    return scan(Fields.DEFAULT);
  }

  private Scanned scan(Fields fields) throws IOException {
    return Scanned.of(new WebDatasetFormat(), tar(), fields);
  }

  @Test
  void theEntriesOfAKeyMayBeInAnyOrder() throws IOException {
    withImage("b.png").with("b.cls", "1").with("a.cls", "cat\r\n").withImage("a.JPG");
    Scanned scanned = scan();
    assertThat(scanned.records).containsExactly("b=1", "a=cat");
    assertThat(scanned.flaws).isEmpty();
    assertThat(scanned.images).allMatch(image -> Arrays.equals(image, IMAGE));
    for (long place : scanned.places) {
      assertThat(Arrays.copyOfRange(tar(), (int) place, (int) place + IMAGE.length))
          .isEqualTo(IMAGE);
    }
  }

  @Test
  void aKeyEndsAtTheFirstDotOfTheLastName() throws IOException {
    withImage("./a.b/c.d/0001.x.jpg").with("./a.b/c.d/0001.cls", "007");
    assertThat(scan().records).containsExactly("a.b/c.d/0001=7");
  }

  @Test
  void aLabelMayBeInJsonOrText() throws IOException {
    withImage("a.jpg").with("a.json", "{\"label\": 3, \"name\": \"tench, Tinca tinca\"}");
    withImage("b.webp").with("b.cls.txt", "dog");
    withImage("c.jpeg").with("c.txt", "emu").with("c.json", "{\"width\": 7}");
    assertThat(scan().records).containsExactly("a=3", "b=dog", "c=emu");
  }

  @Test
  void theLabelsFieldCanBeChosen() throws IOException {
    withImage("a.jpg").with("a.cls", "1").with("a.json", "{\"name\": \"tench, Tinca tinca\"}");
    withImage("b.jpg").with("b.cls", "2").with("b.name", "dog");
    assertThat(scan(new Fields("", "name", "")).records)
        .containsExactly("a=tench, Tinca tinca", "b=dog");
  }

  @Test
  void ofTwoImagesOneMustBeChosen() throws IOException {
    withImage("a.jpg").withImage("a.seg.png").with("a.cls", "1");
    assertThat(scan().flaws)
        .containsExactly(
            "record a: two images of one key (jpg, seg.png); choose one with --image-field");
    assertThat(scan(new Fields("seg.png", "", "")).records).containsExactly("a=1");
    assertThat(scan(new Fields("seg.png", "", "")).passedOver)
        .containsExactly("entries .jpg: a.jpg");
  }

  @Test
  void aFieldCanBeChosenInCapitals() throws IOException {
    withImage("a.JPG").withImage("a.Seg.png").with("a.CLASS", "1");
    assertThat(scan(new Fields("JPG", "Class", "")).records).containsExactly("a=1");
    assertThat(scan(new Fields("Seg.PNG", "class", "")).records).containsExactly("a=1");
  }

  @Test
  void positionsCanBeTakenForKeys() throws IOException {
    withImage("a.jpg").with("a.cls", "1").with("README.md", "x").with("b.cls", "1");
    withImage("c.jpg").with("c.cls", "2");
    assertThat(scan(new Fields("", "", "position")).records)
        .containsExactly("s/x-0/000000=1", "s/x-0/000002=2");
  }

  @Test
  void whatIsNoRecordIsPassedOverWithAWord() throws IOException {
    withImage("d/").withImage("d/a.jpg").with("d/a.cls", "1").with("d/a.txt.mp3", "x");
    with("d/._a.jpg", "Mac OS X").with("__MACOSX/d/a.jpg", "x").with("README", "x");
    with(".hidden", "x").with("__meta__/a.json", "{}").with("LICENSE.md", "x");
    Scanned scanned = scan();
    assertThat(scanned.records).containsExactly("d/a=1");
    assertThat(scanned.flaws).isEmpty();
    assertThat(scanned.passedOver)
        .containsExactly(
            "entries .txt.mp3: d/a.txt.mp3",
            "AppleDouble files: d/._a.jpg",
            "AppleDouble files: __MACOSX/d/a.jpg",
            "files without an extension: README",
            "hidden files: .hidden",
            "WebDataset's meta files: __meta__/a.json",
            "entries .md: LICENSE.md");
  }

  @Test
  void aLinkIsNamed() throws IOException {
    withLink("a.jpg").with("a.cls", "1").withImage("b.jpg").with("b.cls", "1");
    Scanned scanned = scan();
    assertThat(scanned.records).containsExactly("b=1");
    assertThat(scanned.flaws)
        .singleElement()
        .asString()
        .startsWith("entry a.jpg: is a link to '/elsewhere'; ");
  }

  @Test
  void whatARecordLacksIsSaid() throws IOException {
    with("a.cls", "1").withImage("b.jpg").withImage("c.jpg").with("c.cls", " ");
    withImage("d.jpg").with("d.json", "{\"label\": [1]}");
    withImage("e.jpg").with("e.json", "{");
    withImage("f.jpg").with("f.txt", "two\nlines");
    assertThat(scan().flaws)
        .hasSize(6)
        .anyMatch(flaw -> flaw.startsWith("record a: has no image beside its cls; "))
        .anyMatch(flaw -> flaw.startsWith("record b: has no label (cls, cls.txt, txt, or 'label'"))
        .anyMatch(flaw -> flaw.startsWith("record c: its label is empty; "))
        .anyMatch(flaw -> flaw.startsWith("record d: 'label' in its json is neither"))
        .anyMatch(flaw -> flaw.startsWith("record e: its json is not JSON; "))
        .anyMatch(flaw -> flaw.startsWith("record f: its label is a text of 9 characters"))
        .allMatch(flaw -> flaw.contains("; "));
  }

  @Test
  void longAndForeignNamesAreRead() throws IOException {
    String key = "größe/" + "x".repeat(150) + "/日本0";
    withImage(key + ".jpg").with(key + ".cls", "1");
    assertThat(scan().records).containsExactly(key + "=1");
  }

  @Test
  void aTruncatedTarIsNamedAndItsWholeRecordsAreTold() throws IOException {
    withImage("a.jpg").with("a.cls", "1").withImage("b.jpg").with("b.cls", "1");
    byte[] tar = tar();
    Scanned within = Scanned.of(new WebDatasetFormat(), Arrays.copyOf(tar, 2048 + 512 + 20));
    assertThat(within.records).containsExactly("a=1");
    assertThat(within.flaws).singleElement().asString().startsWith("shard: is truncated or");
    Scanned between = Scanned.of(new WebDatasetFormat(), Arrays.copyOf(tar, 4096));
    assertThat(between.records).containsExactly("a=1", "b=1");
    assertThat(between.flaws)
        .containsExactly(
            "shard: ends at byte 4096 without a tar's end mark (truncated); copy the shard again");
  }

  @Test
  void moreBehindTheEndMarkIsNamed() throws IOException {
    withImage("a.jpg").with("a.cls", "1");
    byte[] tar = tar();
    byte[] twice = Arrays.copyOf(tar, 2 * tar.length);
    System.arraycopy(tar, 0, twice, tar.length, tar.length);
    assertThat(Scanned.of(new WebDatasetFormat(), twice).flaws)
        .singleElement()
        .asString()
        .startsWith("shard: has more behind its end mark at byte 2048");
  }

  @Test
  void aDamagedPackedTarIsNamed() throws IOException {
    withImage("a.jpg").with("a.cls", "1");
    byte[] packed = ForeignShards.gzip(tar());
    packed[packed.length - 6] ^= 1;
    assertThat(Scanned.of(new WebDatasetFormat(), packed).flaws)
        .singleElement()
        .asString()
        .startsWith("shard: its gzip stream is damaged");
  }

  @Test
  void gzipInSeveralMembersIsReadToTheEnd() throws IOException {
    withImage("a.jpg").with("a.cls", "1").withImage("b.jpg").with("b.cls", "2");
    byte[] tar = tar();
    byte[] first = ForeignShards.gzip(Arrays.copyOf(tar, 1500));
    byte[] second = ForeignShards.gzip(Arrays.copyOfRange(tar, 1500, tar.length));
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    assertThat(Scanned.of(new WebDatasetFormat(), both).records).containsExactly("a=1", "b=2");
  }

  private void scanMutations(int copies) throws IOException {
    for (String key : new String[] {"a", "b/c", "d"}) {
      withImage(key + ".png").with(key + ".json", "{\"label\": 7}").with(key + ".txt", "x");
    }
    Mutations.Reader reader = shard -> Scanned.of(new WebDatasetFormat(), shard);
    Mutations.refused(copies, tar(), Mutations::bytes, reader, DataProblem.class);
    byte[] packed = ForeignShards.zstd(tar());
    Mutations.refused(copies / 2, packed, Mutations::bytes, reader, DataProblem.class);
  }

  @Test
  void aDamagedTarIsToldAsItIs() throws IOException {
    scanMutations(500);
  }

  @Tag("long")
  @Test
  void tenThousandDamagedTarsAreToldAsTheyAre() throws IOException {
    scanMutations(10_000);
  }
}
