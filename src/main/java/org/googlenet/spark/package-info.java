/**
 * What the project's Spark jobs have in common: why a job failed, trying it again, clusters that
 * lose all executors, and the choice of an engine on the executors.
 *
 * <p>Whoever runs a job may use it; it does not know of data sets, rounds or runs. It promises that
 * a failure becomes a {@link org.googlenet.common.Problem} with a remedy if a user can fix it or
 * wait for it, and a {@link org.googlenet.spark.JobFailure} otherwise; and that a job is tried
 * again only if executors were lost.
 */
package org.googlenet.spark;
