package org.googlenet.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** The cores that Spark gives to a task, which are the threads that the task computes with. */
public final class TaskCores {

  /** Spark's setting. */
  public static final String SETTING = "spark.task.cpus";

  private TaskCores() {}

  /** Of each task of a Spark. */
  public static int of(JavaSparkContext spark) {
    return of(spark.getConf());
  }

  /** Of each task of a Spark that has these settings. */
  public static int of(SparkConf conf) {
    return conf.getInt(SETTING, 1);
  }
}
