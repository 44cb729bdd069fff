package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.TinyTraining;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.ManyImages;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code googlenet validate} on the command line. */
@Timeout(300)
class ValidateTest {

  @TempDir private Path folder;

  @Test
  void goodDataSetsAreATableAndEndWithZero() {
    TinyTraining tiny = TinyTraining.in(folder);
    Result text = CommandLineFixture.runHere("validate", "--recipe", tiny.recipe()).succeeded();
    assertThat(text.err()).isEmpty();
    assertThat(text.out().lines().toList())
        .satisfiesExactly(
            head -> assertThat(head).contains("data set", "split", "records", "shards", "size"),
            train ->
                assertThat(train).contains(folder + "/train ", " train ", " 36 ", " 10 ", " MB"),
            validation -> assertThat(validation).contains(folder + "/validation", " 8 "),
            sum -> assertThat(sum).isEqualTo("0 errors, 0 warnings"));
    JsonNode json =
        CommandLineFixture.runHere(
                "validate", folder.resolve("train"), tiny.validation(), "--format=json")
            .json();
    assertThat(json.get("errors").asInt()).isZero();
    assertThat(json.get("datasets").get(1).get("records").asInt()).isEqualTo(8);
  }

  @Test
  void anErrorIsInTheTableAndInOneLineAndEndsWithThree() throws IOException {
    TinyTraining tiny = TinyTraining.in(folder);
    List<Record> seen = new ArrayList<>(SampleRecords.validation(5));
    seen.add(SampleRecords.train(3).get(2));
    Path validation = folder.resolve("seen");
    SampleRecords.write(validation, "validation", seen);
    Object[] command = {
      "validate", "--recipe", tiny.recipe(), "--set", "data.validation=" + validation
    };

    Result text = CommandLineFixture.runHere(command);

    text.refused(3, validation.toString(), "its image is that of record", "googlenet prepare");
    assertThat(text.out()).contains("error: shared, 1 in " + validation, "1 errors, 0 warnings");
    List<Object> asJson = new ArrayList<>(List.of(command));
    asJson.add("--format=json");
    Result json = CommandLineFixture.runHere(asJson.toArray());
    json.refused(3, "its image is that of record");
    JsonNode finding = new ObjectMapper().readTree(json.out()).get("findings").get(0);
    assertThat(finding.get("severity").asText()).isEqualTo("error");
    assertThat(finding.get("kind").asText()).isEqualTo("shared");
    assertThat(finding.get("count").asInt()).isEqualTo(1);
  }

  @Tag("slow")
  @Test
  void flawedImagesAreWarningsAndTheirDecodersAreSilent() {
    List<Record> records = new ArrayList<>(SampleRecords.validation(5));
    records.add(new Record("junk", ManyImages.named("junk_before_eoi.jpg"), 3));
    records.add(new Record("profile", ManyImages.named("png_bad_iccp.png"), 3));
    SampleRecords.write(folder, "train", records);

    Result result = CommandLineFixture.run("validate", folder).succeeded();

    assertThat(result.out())
        .contains("warning: flawed, 2 in " + folder, "record junk: image is decoded")
        .contains("record profile: image is decoded", "0 errors, 2 warnings");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void theClassesOfTheRecipeAreCompared() {
    TinyTraining tiny = TinyTraining.in(folder);
    CommandLineFixture.runHere("validate", "--recipe", tiny.recipe(), "--set=model.classes=11")
        .refused(3, "2 errors", "has 10 classes", "model.classes: 11");
  }

  @Test
  void whatToValidateMustBeClear() throws IOException {
    CommandLineFixture.runHere("validate").refused(2, "data sets", "--recipe");
    CommandLineFixture.runHere("validate", "x", "--recipe", "y").refused(2, "either");
    CommandLineFixture.runHere("validate", "x", "--set", "a=b").refused(2, "--set", "--recipe");
    CommandLineFixture.runHere("validate", folder).refused(3, "no data set here");
    Files.writeString(folder.resolve("dataset.json"), "{");
    CommandLineFixture.runHere("validate", folder).refused(3, "dataset.json");
  }
}
