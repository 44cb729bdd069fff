/**
 * Small tools on Spark: jobs that are tried again, why one failed, lost executors, and the engine
 * of a cluster.
 */
package org.googlenet.spark;
