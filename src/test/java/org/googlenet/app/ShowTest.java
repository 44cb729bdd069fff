package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.Images;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code googlenet show} on the command line. */
@Timeout(120)
class ShowTest {

  private static final List<String> CLASSES = List.of("tench, Tinca tinca", "café", "emu");

  @TempDir private Path folder;
  private Path set;
  private Path sheet;

  /** Ten records of the first class, five of the second, none of the third. */
  @BeforeEach
  void write() {
    set = folder.resolve("set");
    sheet = folder.resolve("sheet.png");
    List<Record> records = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      records.add(new Record("日/" + i, Images.jpeg(40, 30, i), i % 3 == 0 ? 1 : 0));
    }
    SampleRecords.write(set, "train", CLASSES, records);
  }

  private Result show(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("show", set, "--output", sheet));
    arguments.addAll(List.of(more));
    return CommandLineFixture.runHere(arguments.toArray());
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  @Test
  void someImagesOfEachClassAreDrawnAndNamed() throws IOException {
    Result result = show("--per-class=4").succeeded();
    assertThat(result.out().lines().toList())
        .satisfiesExactly(
            tench -> assertThat(tench).startsWith("0     tench, Tinca tinca: 日/"),
            cafe -> assertThat(cafe).startsWith("1     café: 日/"),
            emu -> assertThat(emu).isEqualTo("2     emu: no record has this class"),
            sum -> assertThat(sum).isEqualTo(sheet + ": 8 images of 3 of 3 classes"));
    assertThat(ImageIO.read(sheet.toFile()).getWidth()).isEqualTo(6 + 8 * (128 + 6));
  }

  @Test
  void theSameSeedDrawsTheSame() throws IOException {
    JsonNode shown = show("--format=json", "--per-class=3").json();
    byte[] first = Files.readAllBytes(sheet);
    show("--format=json", "--per-class=3").succeeded();
    assertThat(Files.readAllBytes(sheet)).isEqualTo(first);
    assertThat(texts(shown.at("/shown/0/keys"))).hasSize(3).doesNotHaveDuplicates();
    assertThat(shown.at("/shown/1/class").asText()).isEqualTo("café");
  }

  @Test
  void classesAreNamedWithCommasBetweenOrInThem() {
    assertThat(texts(show("--classes=emu,café", "--format=json").json().findValue("shown")))
        .hasSize(2);
    JsonNode tench = show("--classes=tench, Tinca tinca", "--format=json").json();
    assertThat(tench.at("/shown").size()).isEqualTo(1);
    assertThat(tench.at("/shown/0/label").asInt()).isZero();
    assertThat(tench.at("/shown/0/keys").size()).isEqualTo(8);
  }

  @Test
  void recordsThatCannotBeUsedAreDrawnAndNamed() throws IOException {
    List<Record> records = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      records.add(new Record("r" + i, Images.jpeg(40, 30, i), i == 1 ? 3 : 0));
    }
    records.set(2, new Record("r2", Images.truncated(Images.jpeg(60, 60, 2), 0.6), 0));
    set = folder.resolve("bad");
    SampleRecords.write(set, "train", CLASSES, records);
    Result result = show("--bad").succeeded();
    assertThat(result.out().lines().toList())
        .satisfiesExactly(
            label -> assertThat(label).contains("train-00000.tar", "r1", "label 3 is outside"),
            image -> assertThat(image).contains("train-00000.tar", "r2", "image is damaged"),
            sum ->
                assertThat(sum)
                    .isEqualTo(sheet + ": 2 of the 4 records of " + set + " cannot be used"));
    JsonNode json = show("--bad", "--format=json").json();
    assertThat(json.at("/bad/1/key").asText()).isEqualTo("r2");
    assertThat(json.at("/bad/1/kind").asText()).isEqualTo("image");
    assertThat(ImageIO.read(sheet.toFile()).getHeight()).isGreaterThan(2 * 128);
  }

  @Test
  void whereAllRecordsCanBeUsedThereIsNoSheet() {
    assertThat(show("--bad").succeeded().out())
        .isEqualTo(set + ": all of its 15 records can be used; no sheet is drawn\n");
    assertThat(sheet).doesNotExist();
  }

  @Test
  void aShardThatCannotBeReadIsNamedAndTheOthersAreGoneThrough() throws IOException {
    byte[] index = Files.readAllBytes(set.resolve("train-00000.idx"));
    index[index.length - 1]++;
    Files.write(set.resolve("train-00000.idx"), index);
    assertThat(show("--bad").succeeded().out())
        .contains("train-00000.idx: has another SHA-256")
        .contains("1 of the 15 records");
  }

  @Test
  void aSheetIsWrittenToAnyStorage() throws IOException {
    String there = "memory://" + UUID.randomUUID();
    CommandLineFixture.runHere("show", set, "--output", there + "/a/sheet.png").succeeded();
    assertThat(new Stores(Map.of()).open(there + "/a").readBytes("sheet.png", 1 << 20))
        .isNotEmpty();
  }

  @Test
  void whatCannotBeShownIsRefused() {
    show("--classes=cat").refused(2, "--classes: 'cat'", "no such class", "café, emu");
    show("--per-class=0").refused(2, "--per-class", "at least 1");
    show("--per-class=500", "--classes=emu,café", "--classes=tench, Tinca tinca")
        .refused(2, "--per-class", "1,000");
    show("--side=5").refused(2, "--side", "at least 32");
    show("--bad", "--classes=emu").refused(2, "--classes", "--bad");
    CommandLineFixture.runHere("show", set, "--output=sheet.jpg").refused(2, ".png");
    CommandLineFixture.runHere("show", folder, "--output", sheet).refused(3, "no data set here");
  }
}
