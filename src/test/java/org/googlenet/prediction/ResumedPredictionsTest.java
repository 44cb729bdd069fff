package org.googlenet.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.googlenet.HdfsServer;
import org.googlenet.LocalSpark;
import org.googlenet.S3Server;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.data.image.Images;
import org.googlenet.engine.EngineSpec;
import org.googlenet.evaluation.FreshModel;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Parts that are there are kept, and never mixed with those of another job. */
@Timeout(600)
class ResumedPredictionsTest extends PredictionFixture {

  private Path photos;
  private Path out;

  /** Five images, so three parts. */
  @BeforeEach
  void write() throws IOException {
    photos = folder.resolve("photos");
    out = folder.resolve("out");
    writeImages("photos/a.jpg", "photos/b.jpg", "photos/c.jpg", "photos/d.jpg", "photos/e/e.jpg");
  }

  private static ObjectStore store(Object location) {
    return STORES.open(location.toString());
  }

  private Map<String, String> unbroken() throws IOException {
    Path other = folder.resolve("unbroken");
    predict(STORES, options(photos, other));
    return contents(store(other));
  }

  @Test
  void whatAFinishedJobLeavesIsItsPartsAndTheManifest() throws IOException {
    predict(photos);
    Map<String, String> contents = contents(store(out));
    assertThat(contents.keySet())
        .containsExactly(
            "_predictions.json", "part-00000.jsonl", "part-00001.jsonl", "part-00002.jsonl");
    assertThat(contents.get("_predictions.json"))
        .contains(
            "\"format\" : \"googlenet-predictions\"",
            "\"rows\" : 5",
            "\"unreadable\" : 0",
            "\"kind\" : \"images\"",
            "\"model\" : \"fresh\"",
            "\"top\" : \"3\"",
            "\"name\" : \"part-00002.jsonl\"");
  }

  @Test
  void theSameJobAgainMakesNothingAndSaysSo() throws IOException {
    predict(photos);
    Map<String, String> before = contents(store(out));
    PredictionReport again = predict(photos);
    assertThat(again.finishedBefore()).isEqualTo(3);
    assertThat(again.rows()).isEqualTo(5);
    assertThat(contents(store(out))).isEqualTo(before);
  }

  @Test
  void onlyAPartThatIsMissingIsMadeAgainWithTheSameBytes() throws IOException {
    predict(photos);
    Map<String, String> before = contents(store(out));
    Files.delete(out.resolve("part-00001.jsonl"));
    Files.write(out.resolve("part-00002.jsonl"), new byte[3]);

    PredictionReport again = predict(photos);

    assertThat(again.finishedBefore()).isEqualTo(1);
    assertThat(contents(store(out))).isEqualTo(before);
  }

  @Test
  void partsOfAJobThatFailedAreKept() throws IOException {
    Files.createDirectories(out);
    // The object of the last part cannot be written, as a folder with something in it is there.
    Path inTheWay = out.resolve("part-00002.jsonl/_x");
    Files.createDirectories(inTheWay);
    assertThatThrownBy(() -> predict(photos)).isNotNull();
    assertThat(store(out).length("_predictions.json")).isEmpty();
    assertThat(store(out).length("_predictions-unfinished.json")).isPresent();
    assertThat(store(out).length("_finished/part-00000.jsonl.json")).isPresent();
    Files.delete(inTheWay);
    Files.delete(inTheWay.getParent());

    PredictionReport again = predict(photos);

    assertThat(again.finishedBefore()).isPositive();
    assertThat(contents(store(out))).isEqualTo(unbroken());
  }

  @Test
  void partsOfThisJobsOwnFirstTryWereNotThereBefore() throws IOException {
    List<String> warnings = new ArrayList<>();
    Stores stores = new Stores(Map.of());
    String place = LosingScheme.NAME + ":/" + folder.getFileName();
    PredictionReport report =
        new PredictionJob(LocalSpark.context(), stores, warnings::add)
            .run(options(photos, place), model, FreshModel.spec(model, 4));
    assertThat(warnings).singleElement().asString().contains("trying it again (2 of 3)");
    assertThat(report.finishedBefore()).isZero();
    assertThat(contents(stores.open(place))).isEqualTo(unbroken());
    assertThat(
            new PredictionJob(LocalSpark.context(), stores, warnings::add)
                .run(options(photos, place), model, FreshModel.spec(model, 4))
                .finishedBefore())
        .isEqualTo(3);
  }

  @Test
  void twoJobsAtOnceLeaveEachRowOnce() throws IOException {
    LocalSpark.context();
    List<CompletableFuture<PredictionReport>> jobs =
        Stream.of(1, 2).map(job -> CompletableFuture.supplyAsync(() -> predict(photos))).toList();
    jobs.forEach(CompletableFuture::join);
    assertThat(contents(store(out))).isEqualTo(unbroken());
  }

  private void refused(PredictionJob.Options options, TrainedModel with, String message) {
    EngineSpec engine = FreshModel.spec(with, 4);
    assertThatThrownBy(
            () ->
                new PredictionJob(LocalSpark.context(), STORES, line -> {})
                    .run(options, with, engine))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining(message)
        .hasMessageContaining("name another --output");
  }

  @Test
  void otherDataAnotherModelOrOtherOptionsAreRefusedWithTheRemedy() throws IOException {
    predict(photos);
    Map<String, String> before = contents(store(out));
    String place = photos.toString();
    String to = out.toString();
    Fields fields = Fields.DEFAULT;
    refused(
        new PredictionJob.Options(place, fields, to, RowFormat.JSONL, 5, false, 2),
        model,
        "out: holds predictions with top 3, and this command has 5; name another --output, or give that command again to go on");
    refused(
        new PredictionJob.Options(place, fields, to, RowFormat.JSONL, 3, false, 3),
        model,
        "with part-size 2, and");
    refused(
        new PredictionJob.Options(place, fields, to, RowFormat.PARQUET, 3, false, 2),
        model,
        "with format jsonl, and this command has parquet");
    refused(
        new PredictionJob.Options(place, fields, to, RowFormat.JSONL, 3, true, 2),
        model,
        "with features false");
    float[] parameters = model.parameters().clone();
    parameters[0]++;
    refused(
        options(photos, out),
        new TrainedModel(
            "other",
            model.configuration(),
            parameters,
            model.side(),
            model.classNames(),
            model.decoding()),
        "with model ");
    assertThatThrownBy(
            () ->
                new PredictionJob(LocalSpark.context(), STORES, line -> {})
                    .run(options(photos, out), model, FreshModel.spec(model, 3)))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("with batch 4, and this command has 3");
    write("photos/f.jpg", Images.jpeg(70, 70, 9));
    refused(options(photos, out), model, "with data ");
    assertThat(contents(store(out))).isEqualTo(before);
  }

  @Test
  void aFolderWithAnythingElseIsRefused() throws IOException {
    write("out/mine.parquet", new byte[3]);
    assertThatThrownBy(() -> predict(photos))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("out/mine.parquet: is in the way")
        .hasMessageContaining("name an empty --output");
    assertThat(contents(store(out)).keySet()).containsExactly("mine.parquet");
  }

  @Test
  void aManifestOfSomethingElseIsRefused() throws IOException {
    write("out/_predictions.json", "{\"a\": 1}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThatThrownBy(() -> predict(photos))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("out/_predictions.json: is damaged");
  }

  @Tag("slow")
  @Test
  void dataAndPredictionsMayLieInS3() throws IOException {
    S3Server server = S3Server.shared();
    String bucket = "s3a://" + server.newBucket();
    assertSameIn(new Stores(server.properties()), bucket);
  }

  @Tag("slow")
  @Test
  void dataAndPredictionsMayLieInHdfs() throws IOException {
    assertSameIn(STORES, HdfsServer.shared().uri() + "/predictions-test");
  }

  private void assertSameIn(Stores stores, String place) throws IOException {
    ObjectStore data = stores.open(place + "/photos");
    for (ObjectStore.Entry entry : store(photos).list("")) {
      byte[] bytes = store(photos).readBytes(entry.name(), 1 << 20);
      data.create(entry.name(), ObjectStore.Body.of(bytes));
    }
    predict(stores, options(place + "/photos", place + "/out"));
    predict(stores, options(place + "/photos", place + "/out"));
    Map<String, String> there = contents(stores.open(place + "/out"));
    Map<String, String> here = unbroken();
    assertThat(there.keySet()).isEqualTo(here.keySet());
    there.remove("_predictions.json");
    here.remove("_predictions.json");
    assertThat(there).isEqualTo(here);
    predict(stores, options(place + "/photos/?.jpg", place + "/some"));
    assertThat(texts(rows(stores.open(place + "/some")), "key"))
        .containsExactly("a.jpg", "b.jpg", "c.jpg", "d.jpg");
  }
}
