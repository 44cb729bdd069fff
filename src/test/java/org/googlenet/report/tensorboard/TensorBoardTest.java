package org.googlenet.report.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.report.HeadValues;
import org.googlenet.report.Histogram;
import org.googlenet.report.RoundTime;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingEvent.CheckpointWritten;
import org.googlenet.report.TrainingEvent.DataUsed;
import org.googlenet.report.TrainingEvent.Described;
import org.googlenet.report.TrainingEvent.Evaluated;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.report.TrainingEvent.Rewound;
import org.googlenet.report.TrainingEvent.RoundFinished;
import org.googlenet.report.TrainingEvent.RoundTimed;
import org.googlenet.report.TrainingEvent.RunFinished;
import org.googlenet.report.TrainingEvent.Weights;
import org.googlenet.run.CheckpointId;
import org.googlenet.run.Lease;
import org.googlenet.run.RunFiles;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;

class TensorBoardTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.250Z");

  /** The first bytes of a PNG of 7 by 5 pixels. */
  private static final byte[] PNG = {
    (byte) 0x89,
    'P',
    'N',
    'G',
    13,
    10,
    26,
    10,
    0,
    0,
    0,
    13,
    'I',
    'H',
    'D',
    'R',
    0,
    0,
    0,
    7,
    0,
    0,
    0,
    5
  };

  @TempDir private Path folder;

  private ObjectStore run;

  @BeforeEach
  void open() {
    run = new Stores(Map.of()).open(folder.resolve("run").toString());
  }

  /** Lets a driver take the run, and a listener hear events. */
  private void drive(TrainingEvent... events) throws IOException {
    try (Lease lease =
        Lease.acquire(run, Lease.newOwner(), Duration.ofMinutes(1), Clock.systemUTC())) {
      TensorBoard listener = new TensorBoard(() -> PNG, Clock.fixed(NOON, ZoneOffset.UTC));
      listener.begin(new RunFiles(lease));
      for (TrainingEvent event : events) {
        listener.on(event);
      }
      listener.close();
      lease.end();
    }
  }

  /** A round of 10 steps. */
  private static RoundFinished round(int round, int rounds, double loss) {
    HeadValues losses = HeadValues.of(List.of("main", "aux1"), loss, Double.NaN);
    return new RoundFinished(
        round,
        rounds,
        10L * round,
        1,
        320L * round,
        0,
        2,
        losses,
        losses,
        losses,
        0.01,
        50,
        0.1,
        0.1,
        Duration.ZERO);
  }

  private static CheckpointWritten checkpoint(int round) {
    return new CheckpointWritten(
        new CheckpointId(round, 1).toString(), 100, Duration.ZERO, Duration.ZERO);
  }

  private static Described described(Map<String, String> recipe, List<String> changed) {
    return new Described(
        recipe,
        changed,
        List.of(new DataUsed("train", "data/train", "cafe", 4000, List.of("cat", "dog"))),
        Map.of("java", "17"));
  }

  @Test
  void aRoundIsThereByItsGlobalStepWithTheTimeAtWhichItCame() throws IOException {
    RoundTime parts = new RoundTime(0.5, 0.25, Double.NaN, 0, 3, 0.125, 0, List.of());
    drive(
        new RoundTimed(1, 4, parts),
        round(1, 2, 2.5),
        new Evaluated(1, 0.25, 0.75, 100, 0, HeadValues.of(List.of("main"), 2.75)),
        new Interrupted("000001-0001", 1));

    List<String> names = WrittenEvents.names(run);
    assertThat(names).containsExactly("tensorboard/events.out.tfevents.0000000001.0001.googlenet");
    assertThat(WrittenEvents.events(run, names.get(0)))
        .allSatisfy(event -> assertThat(event.wallTime()).isEqualTo(1767268800.25));
    Map<String, Float> values = new LinkedHashMap<>();
    WrittenEvents.values(run)
        .forEach((tag, series) -> values.put(tag, series.get(10L).getSimpleValue()));
    assertThat(values)
        .containsEntry("loss/main", 2.5f)
        .containsEntry("gradient_norm/main", 2.5f)
        .containsEntry("training/images_per_second", 50f)
        .containsEntry("round_seconds/total", 4f)
        .containsEntry("round_seconds/sum", 0.125f)
        .containsEntry("accuracy/top1", 0.25f)
        .containsEntry("accuracy/top5", 0.75f)
        .containsEntry("validation_loss/main", 2.75f);
  }

  @Test
  void whatIsNotKnownIsLeftOut() throws IOException {
    drive(round(1, 2, 2.5), new Interrupted("000001-0001", 1));
    assertThat(WrittenEvents.values(run))
        .containsKey("loss/main")
        .doesNotContainKeys("loss/aux1", "round_seconds/total");
  }

  @Test
  void aCheckpointWritesTheRoundsUpToIt() throws IOException {
    drive(round(1, 4, 3), round(2, 4, 2), round(3, 4, 1), checkpoint(2));
    assertThat(WrittenEvents.scalar(run, "loss/main")).containsOnlyKeys(10L, 20L);
  }

  @Test
  void aDriverWritesAtMostSomeFiftyFiles() throws IOException {
    TrainingEvent[] events = new TrainingEvent[801];
    for (int round = 1; round <= 400; round++) {
      events[2 * round - 2] = round(round, 400, 1);
      events[2 * round - 1] = checkpoint(round);
    }
    events[800] = new Interrupted("000400-0001", 400);
    drive(events);
    assertThat(WrittenEvents.names(run)).hasSizeBetween(45, 52).isSorted();
    assertThat(WrittenEvents.scalar(run, "loss/main")).hasSize(400);
  }

  @Test
  void aDriverThatGoesOnFromAnEarlierCheckpointReplacesWhatWasThrownAway() throws IOException {
    drive(round(1, 4, 3), round(2, 4, 2), new Interrupted("000002-0001", 2));
    drive(
        new Resumed("000001-0001", 1, 10),
        round(2, 4, 2.5),
        round(3, 4, 1),
        new Interrupted("000003-0002", 3));

    assertThat(WrittenEvents.names(run)).hasSize(2).isSorted();
    assertThat(WrittenEvents.scalar(run, "loss/main"))
        .containsExactlyInAnyOrderEntriesOf(Map.of(10L, 3f, 20L, 2.5f, 30L, 1f));
  }

  @Test
  void aRewindLeavesNothingOfWhatCameAfterItsCheckpoint() throws IOException {
    drive(
        round(1, 4, 3),
        checkpoint(1),
        round(2, 4, 2),
        checkpoint(2),
        round(3, 4, 90),
        new Evaluated(3, 0.9, 0.9, 100, 0, HeadValues.of(List.of("main"), 9)),
        new Rewound("it diverged", "000001-0001", 1, 1, 3, 0.005),
        round(2, 4, 2.5),
        new Interrupted("000002-0001", 2));

    assertThat(WrittenEvents.scalar(run, "loss/main"))
        .containsExactlyInAnyOrderEntriesOf(Map.of(10L, 3f, 20L, 2.5f));
    assertThat(WrittenEvents.values(run)).doesNotContainKey("accuracy/top1");
  }

  @Test
  void anEvaluationThatARestartHadToMakeStandsAtTheStepOfItsRound() throws IOException {
    drive(
        new Resumed("000001-0001", 1, 10),
        new Evaluated(1, 0.5, 0.75, 100, 0, HeadValues.of(List.of("main"), 9)),
        new Interrupted("000001-0002", 1));
    assertThat(WrittenEvents.scalar(run, "accuracy/top1")).isEqualTo(Map.of(10L, 0.5f));
  }

  @Test
  void imagesAreWrittenOnceInTheLifeOfARun() throws IOException {
    drive(described(Map.of(), List.of()), round(1, 4, 3), new Interrupted("000001-0001", 1));
    Summary.Image image = WrittenEvents.values(run).get("training images").get(0L).getImage();
    assertThat(List.of(image.getWidth(), image.getHeight(), image.getColorspace()))
        .containsExactly(7, 5, 3);
    assertThat(image.getEncodedImageString().toByteArray()).isEqualTo(PNG);
  }

  @Test
  void imagesThatCannotBeReadAreNoReasonToEnd() throws IOException {
    try (Lease lease =
        Lease.acquire(run, Lease.newOwner(), Duration.ofMinutes(1), Clock.systemUTC())) {
      TensorBoard listener =
          new TensorBoard(
              () -> {
                throw new IllegalStateException("no data");
              });
      listener.begin(new RunFiles(lease));
      listener.on(described(Map.of(), List.of()));
      listener.on(new Interrupted("000000-0001", 0));
    }
    assertThat(WrittenEvents.values(run))
        .containsKey("recipe")
        .doesNotContainKey("training images");
  }

  @Test
  void theRecipeIsATableInWhichNothingIsTakenForMarkdown() throws IOException {
    Map<String, String> recipe = new LinkedHashMap<>();
    recipe.put("training.batch", "32");
    recipe.put("data.train", "a|b_*<c>`\n日");
    drive(described(recipe, List.of("data.train")), new Interrupted("000000-0001", 0));

    Summary.Value text = WrittenEvents.values(run).get("recipe").get(0L);
    assertThat(text.getMetadata().getPluginData().getPluginName()).isEqualTo("text");
    assertThat(text.getTensor().getStringVal(0).toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            | key | value |
            | --- | --- |
            | training.batch | 32 |
            | **data.train** | a&#124;b&#95;&#42;&#60;c&#62;&#96;&#10;日 |
            """);
  }

  @Test
  void theRecipeIsThereAsHyperparametersOfTheirTypes() throws IOException {
    Map<String, String> recipe =
        Map.of("training.batch", "32", "output", "runs", "report.page", "true");
    drive(
        described(recipe, List.of()),
        round(1, 1, 2),
        new RunFinished("a", "runs/a", "000001-0001", 1, 10, 320, 0, null, Duration.ZERO));

    Map<String, ?> values = WrittenEvents.values(run);
    assertThat(values).containsKeys("_hparams_/session_start_info", "_hparams_/session_end_info");
    // HParamsPluginData 3: SessionStartInfo 1: an entry of 1 the key and 2 the Value 2, a double.
    byte[] batch =
        WrittenEvents.values(run)
            .get("_hparams_/session_start_info")
            .get(0L)
            .getMetadata()
            .getPluginData()
            .getContent()
            .toByteArray();
    assertThat(new String(batch, StandardCharsets.ISO_8859_1))
        .startsWith("\032\046\012\033\012\016training.batch\022\011\021\0\0\0\0\0\0@@")
        .doesNotContain("output", "report");
  }

  @Test
  void histogramsHaveAllValuesAndTheirSums() throws IOException {
    float[] weights = {9, -1, 0, 1, 2, 3, 9};
    Weights.Layer layer =
        new Weights.Layer(Histogram.of(weights, 1, 6), Histogram.of(new float[] {0, 0}, 0, 2));
    drive(new Weights(1, 10, Map.of("conv1", layer)), new Interrupted("000001-0001", 1));

    HistogramProto proto = WrittenEvents.values(run).get("weights/conv1").get(10L).getHisto();
    assertThat(List.of(proto.getMin(), proto.getMax(), proto.getNum(), proto.getSum()))
        .containsExactly(-1.0, 3.0, 5.0, 5.0);
    assertThat(proto.getSumSquares()).isEqualTo(15);
    assertThat(proto.getBucketList().stream().mapToDouble(Double::doubleValue).sum()).isEqualTo(5);
    assertThat(proto.getBucketLimitList()).isSorted().hasSameSizeAs(proto.getBucketList());
    assertThat(proto.getBucketLimit(Histogram.BUCKETS - 1)).isEqualTo(3);
    assertThat(proto.getBucketLimit(0)).isCloseTo(-1 + 4 / 30.0, within(1e-12));
    HistogramProto zeros = WrittenEvents.values(run).get("momentum/conv1").get(10L).getHisto();
    assertThat(List.of(zeros.getMin(), zeros.getMax(), zeros.getNum()))
        .containsExactly(0.0, 0.0, 2.0);
  }

  @Test
  void aValueLiesInTheBucketWhoseEndsAreAroundIt() {
    float[] values = new float[31];
    for (int i = 0; i <= 30; i++) {
      values[i] = i;
    }
    Histogram histogram = Histogram.of(values, 0, values.length);
    assertThat(histogram.counts().subList(0, 29)).containsOnly(1L);
    assertThat(histogram.counts().get(29)).isEqualTo(2);
    assertThat(histogram.limit(0)).isEqualTo(1);
  }
}
