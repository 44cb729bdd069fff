package org.googlenet.app.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.LocalSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a command leaves running in an embedded Spark: nothing. */
@Timeout(300)
class EmbeddedSparkTest {

  private static final CountDownLatch STARTED = new CountDownLatch(1);
  private static final CountDownLatch ENDED = new CountDownLatch(1);

  @BeforeEach
  void noOtherSpark() {
    LocalSpark.stop();
  }

  @Test
  void isClosedWhenTheTasksOfAFailedJobHaveEnded() {
    SparkConf conf = new SparkConf().set("spark.master", "local[2]");
    try (JavaSparkContext spark = SparkSessions.open("test", conf, 2)) {
      assertThatThrownBy(() -> spark.parallelize(List.of(0, 1), 2).foreach(EmbeddedSparkTest::work))
          .isInstanceOf(SparkException.class)
          .hasMessageContaining("the first fails");
      assertThat(ENDED.getCount()).isOne();
    }
    assertThat(ENDED.getCount()).isZero();
  }

  /** The second goes on for a while, as native code does. */
  private static void work(int task) throws InterruptedException {
    if (task == 0) {
      STARTED.await();
      throw new IllegalStateException("the first fails");
    }
    STARTED.countDown();
    TimeUnit.SECONDS.sleep(2);
    ENDED.countDown();
  }
}
