package org.googlenet;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.averaging.QuorumPlugin;
import scala.Option;

/** The Spark of the tests: two cores of this machine, bound to loopback, one for the whole JVM. */
public final class LocalSpark {

  private LocalSpark() {}

  /** The context that is there, or a new one; Spark ends it with the JVM. */
  public static JavaSparkContext context() {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("tests")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.plugins", QuorumPlugin.among(""));
    return JavaSparkContext.fromSparkContext(SparkContext.getOrCreate(conf));
  }

  /** Ends the context, if there is one, so that a test can start the program's own. */
  public static void stop() {
    Option<SparkContext> active = SparkContext$.MODULE$.getActive();
    if (active.isDefined()) {
      active.get().stop();
    }
  }
}
