package org.googlenet.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** The cores that Spark gives to a task, which is also how many threads the task computes with. */
public final class TaskCores {

  /** The name of Spark's setting. */
  public static final String SETTING = "spark.task.cpus";

  private TaskCores() {}

  /** The cores per task of a Spark context. */
  public static int of(JavaSparkContext spark) {
    return of(spark.getConf());
  }

  /** How many tasks run at the same time on the executors that are there now. */
  public static int slots(JavaSparkContext spark) {
    return spark
        .sc()
        .maxNumConcurrentTasks(spark.sc().resourceProfileManager().defaultResourceProfile());
  }

  /** The cores per task with these settings. */
  public static int of(SparkConf conf) {
    return conf.getInt(SETTING, 1);
  }
}
