package org.googlenet.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

/** What the words mean with which Spark gives a job up, and which jobs are tried again. */
class JobProblemTest {

  private static final String LOST =
      "Job aborted due to stage failure: Task 0 in stage 14.0 failed 1 times, most recent failure: Lost"
          + " task 0.0 in stage 14.0 (TID 27) (127.0.0.1 executor 1): ExecutorLostFailure (executor 1"
          + " exited caused by one of the running tasks) Reason: ";

  private final List<String> said = new ArrayList<>();
  private int runs;

  private static JobProblem problem(String words) {
    return JobProblem.of(new IllegalStateException(new SparkException(words))).orElseThrow();
  }

  @Test
  void anExecutorThatIsLostIsWorthAnotherTry() {
    JobProblem problem = problem(LOST + "Command exited with code 137");
    assertThat(problem.exitCode()).isEqualTo(7);
    assertThat(problem.mayPass()).isTrue();
    assertThat(problem)
        .hasMessage(
            "an executor was lost (1 exited caused by one of the running tasks: Command exited with"
                + " code 137); look at its log, then give the same command again");
  }

  @Test
  void executorsThatARoundLostAgainAndAgainAreWorthAnotherTryToo() {
    JobProblem problem = JobProblem.executorLost("in each of 4 tries one that had a part of it");
    assertThat(problem.exitCode()).isEqualTo(7);
    assertThat(problem.mayPass()).isTrue();
    assertThat(problem)
        .hasMessage(
            "an executor was lost (in each of 4 tries one that had a part of it); look at its log,"
                + " then give the same command again");
  }

  @Test
  void anExecutorWithoutMemoryIsTheUsersToMend() {
    JobProblem problem = problem(LOST + "Command exited with code 52");
    assertThat(problem.exitCode()).isEqualTo(2);
    assertThat(problem.mayPass()).isFalse();
    assertThat(problem).hasMessageContaining("raise spark.executor.memory");
  }

  @Test
  void aResultThatIsTooLargeNamesTheSetting() {
    JobProblem problem =
        problem(
            "Job aborted due to stage failure: Total size of serialized results of 2 tasks (49.0 MiB)"
                + " is bigger than spark.driver.maxResultSize (1024.0 KiB)");
    assertThat(problem.exitCode()).isEqualTo(2);
    assertThat(problem)
        .hasMessage(
            "what a job's tasks return is larger than spark.driver.maxResultSize (1024.0 KiB); set"
                + " it to 0, which sets no limit");
  }

  @Test
  void aClusterWithoutExecutorsEndsAsItsWatchHasSaid() {
    JobProblem problem = problem("Job 7 cancelled " + JobProblem.noExecutor(Duration.ofMinutes(2)));
    assertThat(problem.exitCode()).isEqualTo(7);
    assertThat(problem).hasMessageStartingWith("no executor was left for 120 s; look at");
  }

  @Test
  void aSparkThatEndedItselfIsSaidToHave() {
    assertThat(problem("Job 7 cancelled because SparkContext was shut down").exitCode())
        .isEqualTo(7);
  }

  @Test
  void allElseIsNoneOfThese() {
    assertThat(JobProblem.of(new IOException("No space left on device"))).isEmpty();
    assertThat(JobProblem.of(new NullPointerException())).isEmpty();
  }

  private String failing(int times, String words) {
    return new JobTries(said::add, () -> false)
        .run(
            "round 7",
            () -> {
              if (runs++ < times) {
                throw problem(words);
              }
              return "done";
            });
  }

  @Test
  void aJobIsTriedThreeTimesAndEachIsSaid() {
    assertThat(failing(2, LOST + "Command exited with code 137")).isEqualTo("done");
    assertThat(said).hasSize(2);
    assertThat(said.get(0)).startsWith("round 7: an executor was lost").endsWith("(2 of 3)");

    runs = 0;
    assertThatThrownBy(() -> failing(3, LOST + "Command exited with code 137"))
        .isInstanceOf(JobProblem.class);
    assertThat(runs).isEqualTo(3);
  }

  @Test
  void whatWouldFailAgainIsNotTriedAgain() {
    assertThatThrownBy(() -> failing(1, LOST + "Command exited with code 52"))
        .isInstanceOf(JobProblem.class);
    assertThat(runs).isEqualTo(1);
    assertThat(said).isEmpty();
  }
}
