package org.googlenet.spark;

import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Says in Spark's UI what jobs are for: texts of the thread that starts them, on which no result
 * depends.
 */
public final class JobText {

  private static final String DESCRIPTION = "spark.job.description";
  private static final String GROUP = "spark.jobGroup.id";

  private JobText() {}

  /**
   * Does work whose jobs are described by what the work around this one says, if anything, and this
   * text, as in {@code round 12/40 of run monday: 4 workers train}.
   */
  public static <T> T during(JavaSparkContext spark, String what, Supplier<T> work) {
    String around = spark.getLocalProperty(DESCRIPTION);
    try (Text text = new Text(spark, DESCRIPTION, around)) {
      text.set(around == null ? what : around + ": " + what);
      return work.get();
    }
  }

  /**
   * Makes the jobs until it is closed a group, unless they belong to one already: whoever made that
   * one may want to cancel it.
   */
  public static Text group(JavaSparkContext spark, String name) {
    String around = spark.getLocalProperty(GROUP);
    Text text = new Text(spark, GROUP, around);
    text.set(around == null ? name : around);
    return text;
  }

  /**
   * A text of this thread, which is as before once this is closed.
   *
   * @param before null if there was none
   */
  public record Text(JavaSparkContext spark, String property, String before)
      implements AutoCloseable {

    private void set(String text) {
      spark.setLocalProperty(property, text);
    }

    @Override
    public void close() {
      set(before);
    }
  }
}
