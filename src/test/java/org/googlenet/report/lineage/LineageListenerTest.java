package org.googlenet.report.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.googlenet.common.Problem;
import org.googlenet.report.TrainedEvents;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingEvent.Interrupted;
import org.googlenet.report.rest.JsonServer;
import org.googlenet.report.rest.JsonServer.Answer;
import org.googlenet.report.rest.Outbox;
import org.googlenet.report.rest.RestProblem;
import org.googlenet.run.Lease;
import org.googlenet.run.RunFiles;
import org.googlenet.run.Runs;
import org.googlenet.storage.MemoryStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LineageListenerTest {

  private static final LineageListener.Job JOB =
      new LineageListener.Job("digits", Optional.of("weekly"));
  private static final String PARENT = UUID.nameUUIDFromBytes(new byte[] {1}).toString();
  private static final String ROOT = UUID.nameUUIDFromBytes(new byte[] {2}).toString();

  @TempDir private Path folder;

  private final MemoryStore store = new MemoryStore();
  private final TrainedEvents events = new TrainedEvents("s3a://bucket/runs/monday");

  /** Has a listener hear of a driver's work, from the start on. */
  private void work(LineageTarget target, Map<String, String> spark, TrainingEvent... rest)
      throws IOException {
    try (Lease lease = Lease.acquire(store, Lease.newOwner(), Runs.LEASE, Clock.systemUTC())) {
      LineageListener listener = new LineageListener(target, JOB, spark, Map.of());
      listener.begin(new RunFiles(lease));
      listener.on(events.started());
      listener.on(events.described());
      for (TrainingEvent event : rest) {
        listener.on(event);
      }
      lease.end();
      listener.close();
    }
  }

  private List<JsonNode> written(TrainingEvent... rest) throws IOException {
    return written(Map.of(), rest);
  }

  private List<JsonNode> written(Map<String, String> spark, TrainingEvent... rest)
      throws IOException {
    Path file = folder.resolve("lineage/events.jsonl");
    work(LineageTarget.of("k", file.toString(), Map.of()), spark, rest);
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  private static List<String> types(List<JsonNode> events) {
    return events.stream().map(event -> event.path("eventType").asText()).toList();
  }

  @Test
  void aTrainingStartsHasCheckpointsAndCompletes() throws IOException {
    List<JsonNode> all =
        written(events.round(1), events.checkpoint(1), events.evaluated(1), events.finished());
    assertThat(types(all)).containsExactly("START", "RUNNING", "COMPLETE");
    JsonNode last = all.get(2);
    assertThat(last.at("/job/namespace").asText()).isEqualTo("digits");
    assertThat(last.at("/job/name").asText()).isEqualTo("weekly");
    assertThat(last.at("/inputs/0/namespace").asText()).isEqualTo("s3://bucket");
    assertThat(last.at("/inputs/0/name").asText()).isEqualTo("sets/train");
    assertThat(last.at("/inputs/0/facets/version/datasetVersion").asText())
        .isEqualTo("ab".repeat(32));
    assertThat(last.at("/inputs/1/namespace").asText()).isEqualTo("file");
    assertThat(last.at("/inputs/1/name").asText()).isEqualTo("/sets/validation");
    assertThat(last.at("/outputs/0/name").asText()).isEqualTo("runs/monday");
    assertThat(last.at("/outputs/0/facets/version/datasetVersion").asText())
        .isEqualTo("000003-0001");
    assertThat(all.get(0).at("/outputs/0/facets/version").isMissingNode()).isTrue();
    assertThat(last.at("/run/facets/parent").isMissingNode()).isTrue();
  }

  @Test
  void eachDriverIsARunOfTheSameJob() throws IOException {
    written(new Interrupted("000001-0001", 1));
    List<JsonNode> all = written(events.finished());
    assertThat(types(all)).containsExactly("START", "ABORT", "START", "COMPLETE");
    Set<String> runs = new HashSet<>();
    all.forEach(event -> runs.add(UUID.fromString(event.at("/run/runId").asText()).toString()));
    assertThat(runs).hasSize(2);
  }

  @Test
  void aFailureHasItsReasonAndAStopIsNone() throws IOException {
    List<JsonNode> all = written(events.failed(3));
    assertThat(types(all)).containsExactly("START", "FAIL");
    assertThat(all.get(1).at("/run/facets/errorMessage/message").asText())
        .isEqualTo("shard 3 is gone; restore it");
    assertThat(types(written(events.failed(143))).get(3)).isEqualTo("ABORT");
    assertThat(types(written()).get(5)).as("no word of the end").isEqualTo("ABORT");
  }

  @Test
  void aTaskOfAirflowIsTheParent() throws IOException {
    Map<String, String> spark =
        Map.of(
            "spark.openlineage.parentJobNamespace", "default",
            "spark.openlineage.parentJobName", "retrain.train",
            "spark.openlineage.parentRunId", PARENT,
            "spark.openlineage.rootParentJobNamespace", "default",
            "spark.openlineage.rootParentJobName", "retrain",
            "spark.openlineage.rootParentRunId", ROOT);
    JsonNode parent = written(spark, events.finished()).get(0).at("/run/facets/parent");
    assertThat(parent.at("/run/runId").asText()).isEqualTo(PARENT);
    assertThat(parent.at("/job/name").asText()).isEqualTo("retrain.train");
    assertThat(parent.at("/root/run/runId").asText()).isEqualTo(ROOT);
    assertThat(parent.at("/root/job/name").asText()).isEqualTo("retrain");
  }

  @Test
  void aParentMayComeByTheEnvironment() {
    Map<String, String> environment =
        Map.of("OPENLINEAGE_PARENT_ID", "prod/eu/retrain.train/" + PARENT);
    assertThat(ParentRun.of(Map.of(), environment))
        .contains(new ParentRun("prod/eu", "retrain.train", PARENT, null));
    assertThat(ParentRun.of(Map.of(), Map.of("OPENLINEAGE_PARENT_ID", "retrain"))).isEmpty();
    assertThat(ParentRun.of(Map.of("spark.openlineage.parentRunId", PARENT), Map.of())).isEmpty();
  }

  @Test
  void aServerGetsTheEventsWithTheKeyAlsoThoseOfTheTimeThatItWasAway() throws IOException {
    try (JsonServer server = JsonServer.start(request -> new Answer(503, ""))) {
      Outbox outbox = new Outbox("it", Duration.ofHours(1));
      LineageTarget target =
          LineageTarget.of(
              "k",
              server.url(),
              Map.of("OPENLINEAGE_API_KEY", "sesame"),
              Duration.ofSeconds(30),
              outbox);
      Map<String, String> none = Map.of();
      try (Lease lease = Lease.acquire(store, Lease.newOwner(), Runs.LEASE, Clock.systemUTC())) {
        LineageListener listener = new LineageListener(target, JOB, none, none);
        listener.begin(new RunFiles(lease));
        listener.on(events.started());
        listener.on(events.described());
        listener.on(events.finished());
        server.answer(request -> new Answer(201, ""));
        listener.close();
        lease.end();
      }
      assertThat(server.requests("/api/v1/lineage")).hasSize(3);
      assertThat(server.requests().get(2).json().path("eventType").asText()).isEqualTo("COMPLETE");
      assertThat(server.requests().get(2).authorization()).isEqualTo("Bearer sesame");
    }
  }

  @Test
  void aWrongKeyIsRefusedWithWhereToGiveTheRightOne() {
    try (JsonServer server = JsonServer.start(request -> new Answer(403, ""))) {
      LineageTarget target = LineageTarget.of("k", server.url() + "/api/v1/lineage", Map.of());
      assertThatThrownBy(() -> work(target, Map.of()))
          .isInstanceOf(RestProblem.class)
          .hasMessageContaining("OPENLINEAGE_API_KEY");
      assertThat(server.requests().get(0).path()).isEqualTo("/api/v1/lineage");
    }
  }

  @Test
  void aPlaceThatIsNeitherAServerNorAFileIsRefused() {
    assertThatThrownBy(() -> LineageTarget.of("k", "s3a://b/events.jsonl", Map.of()))
        .hasMessageContaining("k: s3a://b/events.jsonl: is neither");
  }

  @Test
  void placesHaveTheNamesThatOtherJobsGiveThem() {
    assertThat(DatasetName.of("/a/b")).isEqualTo(new DatasetName("file", "/a/b"));
    assertThat(DatasetName.of("file:///a/b")).isEqualTo(new DatasetName("file", "/a/b"));
    assertThat(DatasetName.of("s3a://b/x/y")).isEqualTo(new DatasetName("s3://b", "x/y"));
    assertThat(DatasetName.of("hdfs://n:8020/x")).isEqualTo(new DatasetName("hdfs://n:8020", "/x"));
    assertThat(DatasetName.of("hdfs:///x")).isEqualTo(new DatasetName("hdfs", "/x"));
  }

  @Test
  void aFileThatCannotBeWrittenIsNamedWithARemedy() throws IOException {
    Path inTheWay = Files.writeString(folder.resolve("blocked"), "");
    LineageTarget target =
        LineageTarget.of("k", inTheWay.resolve("events.jsonl").toString(), Map.of());
    assertThatThrownBy(() -> target.send(JsonNodeFactory.instance.objectNode()))
        .isInstanceOf(Problem.class)
        .hasMessageContainingAll("blocked", "; ");
  }
}
