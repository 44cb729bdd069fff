/**
 * A training for Prometheus and for Spark's own metrics system: {@link
 * org.googlenet.report.metrics.Metric} names the values, {@link
 * org.googlenet.report.metrics.TextFile} writes them for node_exporter's textfile collector, and
 * {@link org.googlenet.report.metrics.SparkSource} gives them to Spark's sinks.
 */
package org.googlenet.report.metrics;
