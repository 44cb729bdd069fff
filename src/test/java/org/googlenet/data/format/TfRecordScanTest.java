package org.googlenet.data.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.googlenet.data.format.ForeignShards.bytes;
import static org.googlenet.data.format.ForeignShards.example;
import static org.googlenet.data.format.ForeignShards.framed;
import static org.googlenet.data.format.ForeignShards.integers;
import static org.googlenet.data.format.ForeignShards.part;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.googlenet.Mutations;
import org.googlenet.data.image.Images;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What TFRecord files have in them. */
class TfRecordScanTest {

  private static final byte[] IMAGE = Images.png(5, 4, 1);

  private final ByteArrayOutputStream shard = new ByteArrayOutputStream();

  private static Map<String, byte[]> imageNet(int number) {
    Map<String, byte[]> features = new LinkedHashMap<>();
    features.put("image/colorspace", bytes("RGB".getBytes(UTF_8)));
    features.put("image/class/text", bytes("tench, Tinca tinca".getBytes(UTF_8)));
    features.put("image/class/synset", bytes("n01440764".getBytes(UTF_8)));
    features.put("image/object/bbox/xmin", part(2, new byte[0]));
    features.put("image/encoded", bytes(IMAGE));
    features.put("image/class/label", integers(1));
    features.put("image/filename", bytes(("n01440764_" + number + ".v2.JPEG").getBytes(UTF_8)));
    return features;
  }

  private TfRecordScanTest with(Map<String, byte[]> features) {
    shard.writeBytes(framed(example(features)));
    return this;
  }

  private Scanned scan(Fields fields) throws IOException {
    return Scanned.of(new TfRecordFormat(), shard.toByteArray(), fields);
  }

  private Scanned scan() throws IOException {
    return scan(Fields.DEFAULT);
  }

  @Test
  void imageNetAsTensorFlowsScriptsWriteItIsRead() throws IOException {
    with(imageNet(7)).with(imageNet(8));
    Scanned scanned = scan();
    assertThat(scanned.records).containsExactly("n01440764_7%2Ev2=1", "n01440764_8%2Ev2=1");
    assertThat(scanned.classes).containsExactly(Map.entry("1", "n01440764"));
    assertThat(scanned.flaws).isEmpty();
    for (long place : scanned.places) {
      int from = (int) place;
      assertThat(Arrays.copyOfRange(shard.toByteArray(), from, from + IMAGE.length))
          .isEqualTo(IMAGE);
    }
  }

  @Test
  void featuresCanBeChosen() throws IOException {
    with(imageNet(7));
    assertThat(scan(new Fields("image/encoded", "image/class/text", "image/class/synset")).records)
        .containsExactly("n01440764=tench, Tinca tinca");
    assertThat(scan(new Fields("", "image/class/synset", "")).classes).isEmpty();
    assertThat(scan(new Fields("", "label", "")).flaws)
        .singleElement()
        .asString()
        .startsWith("record 0: has no label (label); name its feature by --label-field: it has")
        .contains("image/class/label");
  }

  @Test
  void onlyNamesOfFilesLoseWhatIsBehindTheLastDot() throws IOException {
    Map<String, byte[]> features = imageNet(7);
    features.put("id", bytes("img.1".getBytes(UTF_8)));
    with(features);
    assertThat(scan(new Fields("", "", "id")).records).containsExactly("img%2E1=1");
    assertThat(scan(new Fields("", "", "image/filename")).records)
        .containsExactly("n01440764_7%2Ev2=1");
  }

  @Test
  void withoutAFileNameTheKeyIsThePosition() throws IOException {
    Map<String, byte[]> features = imageNet(7);
    features.put("image/filename", bytes(new byte[0]));
    with(imageNet(1)).with(features);
    assertThat(scan().records.get(1)).isEqualTo("s/x-0/000001=1");
    assertThat(scan(new Fields("", "", "position")).records.get(0)).isEqualTo("s/x-0/000000=1");
  }

  @Test
  void integersMayBeUnpackedAndFieldsUnknown() throws IOException {
    Map<String, byte[]> features = imageNet(7);
    features.put("image/class/label", part(3, new byte[] {0x08, (byte) 0xE8, 0x07}));
    byte[] unknown = {0x50, 0x01};
    byte[] example = example(features);
    byte[] more = Arrays.copyOf(example, example.length + unknown.length);
    System.arraycopy(unknown, 0, more, example.length, unknown.length);
    shard.writeBytes(framed(more));
    assertThat(scan().records).containsExactly("n01440764_7%2Ev2=1000");
  }

  @Test
  void aRecordThatIsNotWhatWasWrittenIsNamedAndTheNextIsRead() throws IOException {
    with(imageNet(7)).with(imageNet(8)).with(imageNet(9));
    byte[] bytes = shard.toByteArray();
    bytes[bytes.length / 2] ^= 1;
    Scanned scanned = Scanned.of(new TfRecordFormat(), bytes);
    assertThat(scanned.records).hasSize(2);
    assertThat(scanned.flaws)
        .containsExactly("record 1: does not have the CRC32C that is given; copy the shard again");
  }

  @Test
  void aLengthThatIsNotWhatWasWrittenEndsTheScan() throws IOException {
    with(imageNet(7));
    int first = shard.size();
    with(imageNet(8));
    byte[] bytes = shard.toByteArray();
    bytes[first] ^= 1;
    Scanned scanned = Scanned.of(new TfRecordFormat(), bytes);
    assertThat(scanned.records).hasSize(1);
    assertThat(scanned.flaws)
        .singleElement()
        .asString()
        .startsWith("shard: record 1 at byte " + first + ": its length does not have the CRC32C");
  }

  @Test
  void aTruncatedFileIsNamed() throws IOException {
    with(imageNet(7)).with(imageNet(8));
    byte[] bytes = shard.toByteArray();
    for (int length : new int[] {bytes.length - 1, bytes.length - 300, bytes.length / 2 + 5}) {
      Scanned scanned = Scanned.of(new TfRecordFormat(), Arrays.copyOf(bytes, length));
      assertThat(scanned.records).hasSize(1);
      assertThat(scanned.flaws).singleElement().asString().contains("(truncated)");
    }
  }

  @Test
  void whatIsNoExampleIsNamed() throws IOException {
    shard.writeBytes(framed("no protocol buffer".getBytes(UTF_8)));
    Map<String, byte[]> features = imageNet(1);
    features.put("image/class/label", part(2, new byte[] {0x0A, 0x00}));
    with(features);
    features.put("image/class/label", integers());
    with(features);
    assertThat(scan().flaws)
        .containsExactly(
            "record 0: is not a tf.train.Example; copy the shard again",
            "record 1: its label has no bytes; name another feature",
            "record 2: its label has no value; name another feature");
  }

  private void scanMutations(int copies) {
    with(imageNet(7)).with(imageNet(8)).with(imageNet(9));
    Mutations.Reader reader = bytes -> Scanned.of(new TfRecordFormat(), bytes);
    Mutations.refused(copies, shard.toByteArray(), Mutations::bytes, reader, DataProblem.class);
    Mutations.Mutation framedAgain = (good, seed) -> framed(Mutations.bytes(good, seed));
    byte[] example = example(imageNet(7));
    Mutations.refused(copies, example, framedAgain, reader, DataProblem.class);
  }

  @Test
  void aDamagedFileIsToldAsItIs() {
    scanMutations(500);
  }

  @Tag("long")
  @Test
  void tenThousandDamagedFilesAreToldAsTheyAre() {
    scanMutations(10_000);
  }
}
