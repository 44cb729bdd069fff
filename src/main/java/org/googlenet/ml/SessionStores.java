package org.googlenet.ml;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/** The storage of a Spark session, and places in it as Spark reads them. */
final class SessionStores {

  private static final String HADOOP = "spark.hadoop.";

  private SessionStores() {}

  /** With the properties that the session was started with. */
  static Stores of(JavaSparkContext spark) {
    Map<String, String> hadoop = new HashMap<>();
    for (scala.Tuple2<String, String> property : spark.getConf().getAllWithPrefix(HADOOP)) {
      hadoop.put(property._1(), property._2());
    }
    return new Stores(hadoop);
  }

  /**
   * A place as a URI. To Spark, unlike to the command line, a path without a scheme is one of the
   * cluster's default file system.
   *
   * @throws StorageProblem if Hadoop knows no such storage
   */
  static String qualified(JavaSparkContext spark, String place) {
    Path path = new Path(place);
    try {
      return path.getFileSystem(spark.hadoopConfiguration()).makeQualified(path).toString();
    } catch (IOException e) {
      throw StorageProblem.at(place, e);
    }
  }
}
