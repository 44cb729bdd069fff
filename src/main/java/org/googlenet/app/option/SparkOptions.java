package org.googlenet.app.option;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.googlenet.app.process.DriverMachine;
import org.googlenet.app.process.SparkProblem;
import org.googlenet.storage.Stores;
import picocli.CommandLine.Option;

/** The Spark options of every command that reads storage or runs on Spark. */
public final class SparkOptions {

  private static final String HADOOP = "spark.hadoop.";

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = {
        "A property of Spark, or of Hadoop behind 'spark.hadoop.', as in",
        "spark.hadoop.fs.s3a.endpoint=URL. Repeatable."
      })
  private Map<String, String> properties = new LinkedHashMap<>();

  /**
   * Spark's properties, from spark-submit and from the command line.
   *
   * @throws SparkProblem if Spark's classes cannot be used on this machine
   */
  public SparkConf conf() {
    DriverMachine.requireName(System.getenv());
    SparkConf conf = new SparkConf();
    properties.forEach(conf::set);
    return conf;
  }

  /** The storage that the properties describe. */
  public Stores stores() {
    Map<String, String> hadoop = new LinkedHashMap<>();
    for (scala.Tuple2<String, String> property : conf().getAllWithPrefix(HADOOP)) {
      hadoop.put(property._1(), property._2());
    }
    return new Stores(hadoop);
  }
}
