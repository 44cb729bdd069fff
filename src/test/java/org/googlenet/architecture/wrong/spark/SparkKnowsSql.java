package org.googlenet.architecture.wrong.spark;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Knows Spark, as it may, and its SQL, which the command line's Spark lacks. */
public record SparkKnowsSql(JavaSparkContext allowed, SparkSession forbidden) {}
