/**
 * This project's rounds behind dl4j-spark's interface, and dl4j-spark's own training master as a
 * baseline.
 *
 * <p>{@link org.googlenet.dl4j.AveragingTrainingMaster} is for any DL4J program that trains a
 * {@code ComputationGraph} on Spark; {@link org.googlenet.dl4j.Dl4jRounds} is for this project's
 * trainings, which compare it with their own rounds.
 *
 * <p>The training master promises the same bits for the same call, wherever and however often a
 * task runs, and leaves the network as the last complete round left it if the call fails. The
 * baseline promises neither.
 */
package org.googlenet.dl4j;
