/**
 * Predictions of many images, as a Spark job that writes files which Spark and others read: one row
 * for each record, also for one that cannot be read.
 *
 * <p>{@link org.googlenet.prediction.PredictionPlan} finds what the data is and cuts it into parts;
 * each part is a task, which writes its rows as one object. {@link
 * org.googlenet.prediction.PredictionJob} runs those that are missing.
 */
package org.googlenet.prediction;
