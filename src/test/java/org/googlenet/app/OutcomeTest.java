package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.googlenet.S3Server;
import org.googlenet.app.CommandLineFixture.Result;
import org.googlenet.app.CommandLineFixture.Running;
import org.googlenet.app.option.OutcomeFile;
import org.googlenet.app.process.ProcessEnd;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --outcome} tells a scheduler that sees no exit code. */
@Timeout(900)
class OutcomeTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("outcomes/today.json");
  }

  private JsonNode outcome() throws IOException {
    return JSON.readTree(Files.readString(file()));
  }

  private Result call(Object... arguments) {
    Object[] all = new Object[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--outcome";
    all[arguments.length + 1] = file();
    return CommandLineFixture.runHere(all);
  }

  @Test
  void aCommandThatEndsWellLeavesWhatItFound() throws IOException {
    String printed = call("summary", "--classes=10", "--format=json").succeeded().out();
    assertThat(outcome().get("state").asText()).isEqualTo("ended");
    assertThat(outcome().get("command").asText()).isEqualTo("summary");
    assertThat(outcome().get("code").asInt()).isZero();
    assertThat(outcome().get("reason").isNull()).isTrue();
    assertThat(outcome().get("result")).isEqualTo(JSON.readTree(printed));

    call("summary", "--classes=11").succeeded();
    assertThat(outcome().get("result").get("classes").asInt()).isEqualTo(11);
  }

  @Test
  void aFailureLeavesItsCodeAndItsLine() throws IOException {
    Result refused = call("checkpoints", "list", folder.resolve("none"));
    refused.refused(2, "no run here");
    assertThat(outcome().get("command").asText()).isEqualTo("checkpoints list");
    assertThat(outcome().get("code").asInt()).isEqualTo(2);
    assertThat("googlenet: " + outcome().get("reason").asText()).isEqualTo(refused.err().strip());
    assertThat(outcome().has("result")).isFalse();
  }

  @Test
  void wrongArgumentsReplaceTheOutcomeOfAnEarlierCommand() throws IOException {
    call("summary").succeeded();
    call("evaluate", "runs/x", "--data=y", "--bach=3").refused(2, "--bach");
    assertThat(outcome().get("command").asText()).isEqualTo("evaluate");
    assertThat(outcome().get("code").asInt()).isEqualTo(2);
    assertThat(outcome().get("reason").asText()).contains("--bach");
    call("trian").refused(2, "did you mean 'train'?");
    assertThat(outcome().get("reason").asText()).contains("did you mean 'train'?");
  }

  @Test
  void severalLinesBecomeOne() throws IOException {
    Path recipe = Files.writeString(folder.resolve("r.yaml"), "model: {side: 1, classes: 1}");
    assertThat(call("train", recipe).exitCode()).isEqualTo(2);
    assertThat(outcome().get("reason").asText()).contains("model.side: 1", "model.classes: 1");
    assertThat(outcome().get("reason").asText().lines()).hasSize(1);
  }

  @Test
  void nothingIsRunWhoseOutcomeCannotBeTold() throws IOException {
    Path inTheWay = Files.writeString(folder.resolve("outcomes"), "a file");
    Result refused = call("summary");
    refused.refused(2, inTheWay.toString(), "is in the way");
    assertThat(refused.out()).isEmpty();
    CommandLineFixture.runHere("summary", "--outcome", "gopher://x/y").refused(2, "gopher");
  }

  @Test
  void itGoesToTheStorageThatTheCommandHas() throws IOException {
    S3Server server = S3Server.shared();
    String uri = "s3a://" + server.newBucket() + "/outcomes";

    summaryWith(server.properties(), uri + "/today.json").succeeded();

    byte[] written = new Stores(server.properties()).open(uri).readBytes("today.json", 1 << 20);
    assertThat(JSON.readTree(written).get("command").asText()).isEqualTo("summary");
    assertThat(JSON.readTree(written).get("code").asInt()).isZero();
  }

  @Test
  void aStorageThatIsAwayIsWorthAnotherTryAndNothingIsRun() {
    Map<String, String> away = new HashMap<>(S3Server.shared().properties());
    away.put("fs.s3a.endpoint", "http://127.0.0.1:1");
    away.put("googlenet.storage.deadline", "2s");
    Result refused = summaryWith(away, "s3a://bucket/today.json");
    refused.refused(7, "s3a://bucket/today.json", "check that the storage is up");
    assertThat(refused.out()).isEmpty();
  }

  private static Result summaryWith(Map<String, String> hadoop, String outcome) {
    List<Object> all = new ArrayList<>(List.of("summary", "--outcome", outcome));
    hadoop.forEach((key, value) -> all.add("--conf=spark.hadoop." + key + "=" + value));
    return CommandLineFixture.runHere(all.toArray());
  }

  @Test
  void helpAndItsAbsenceLeaveNothing() {
    assertThat(call("train", "--help").succeeded().out()).contains("--outcome=URI");
    assertThat(file()).doesNotExist();
    CommandLineFixture.runHere("summary", "--outcome").refused(2, "--outcome");
  }

  @Tag("slow")
  @Test
  void aSignalAtAnyMomentIsTheLastWord() throws Exception {
    for (String[] signal : new String[][] {{"TERM", "143"}, {"HUP", "129"}}) {
      if (signal[0].equals("HUP") && isHangUpIgnored()) {
        continue; // and so does Java
      }
      Files.deleteIfExists(file());
      // A recipe that nobody writes, so that it waits once it has begun.
      Path pipe = folder.resolve("never-" + signal[0]);
      assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
      try (Running running = CommandLineFixture.start("train", pipe, "--outcome=" + file())) {
        await(file());
        Result ended = running.signal(signal[0]).await();
        assertThat(ended.exitCode()).isEqualTo(Integer.parseInt(signal[1]));
      }
      assertThat(outcome().get("state").asText()).isEqualTo("ended");
      assertThat(outcome().get("code").asText()).isEqualTo(signal[1]);
      assertThat(outcome().get("reason").asText()).isEqualTo("interrupted");
    }
  }

  /** What these tests start inherits that from whoever has started them by {@code nohup}. */
  private static boolean isHangUpIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .anyMatch(line -> (Character.digit(line.charAt(line.length() - 1), 16) & 1) == 1);
  }

  private static void await(Path file) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!Files.exists(file)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void anEndThatSparkMakesHasOneCodeForAll() throws Exception {
    Result ended = CommandLineFixture.runMain(EndsAsSparkDoes.class, file());

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err()).contains("googlenet: " + ProcessEnd.NOT_OURS);
    assertThat(outcome().get("state").asText()).isEqualTo("ended");
    assertThat(outcome().get("code").asInt()).isEqualTo(1);
    assertThat(outcome().get("reason").asText()).isEqualTo(ProcessEnd.NOT_OURS);
  }

  /** A program whose Spark cannot go on. */
  static final class EndsAsSparkDoes {

    private EndsAsSparkDoes() {}

    public static void main(String[] arguments) {
      ProcessEnd.watch();
      OutcomeFile.of("--outcome", arguments[0]).begin("train");
      System.exit(53);
    }
  }

  @Tag("slow")
  @Test
  void aTrainingRunsAndIsTerminatedAndEnds() throws Exception {
    TrainedRun trained = TrainedRun.get();
    Object[] train = {
      "train",
      trained.training().recipe(),
      "--set=output=" + folder.resolve("runs"),
      "--outcome=" + file()
    };
    try (Running running = CommandLineFixture.start(train)) {
      running.awaitLine("round 1/9");
      assertThat(outcome())
          .isEqualTo(JSON.readTree("{'state':'running','command':'train'}".replace('\'', '"')));
      Result ended = running.signal("TERM").await();
      assertThat(ended.exitCode()).isEqualTo(143);
      assertThat(ended.err()).isEmpty();
    }
    assertThat(outcome().get("state").asText()).isEqualTo("ended");
    assertThat(outcome().get("code").asInt()).isEqualTo(143);
    assertThat(outcome().get("reason").asText()).isEqualTo("interrupted");
    assertThat(outcome().get("result").get("event").asText()).isEqualTo("interrupted");

    CommandLineFixture.run(train).succeeded();

    assertThat(outcome().get("code").asInt()).isZero();
    assertThat(outcome().get("result").get("event").asText()).isEqualTo("runFinished");
    assertThat(outcome().get("result").get("accuracy").get("top1").asDouble()).isBetween(0.0, 1.0);
  }
}
