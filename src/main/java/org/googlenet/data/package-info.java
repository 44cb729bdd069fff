/**
 * Data sets: opening and checking them, planning which records a worker reads in a round, and
 * reading records as batches of decoded images.
 *
 * <p>It is for trainings, evaluations and everything else that reads images. All it knows of Spark
 * is that a {@link org.googlenet.data.Dataset} and a {@link org.googlenet.data.DataPlan} travel
 * with tasks.
 *
 * <p>The same data set, seed, epoch and ranges give the same batches, bit for bit, and a data set
 * that was made once keeps its fingerprint in all later versions. What cannot be used is a {@link
 * org.googlenet.data.format.DataProblem} that names the shard and the record.
 */
package org.googlenet.data;
