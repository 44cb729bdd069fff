/**
 * Evaluation of models: top-1, top-5 and losses on a data set, in total and per class, predictions
 * for single images, and the gate that compares a challenger with the champion. And what makes
 * models of weights from elsewhere, which needs {@code TrainedModel}, too: {@link
 * org.googlenet.evaluation.WeightSource} reads them from a model or a file, and {@link
 * org.googlenet.evaluation.ModelImport} writes them as a model.
 *
 * <p>It is for trainings, retraining, commands and Java programs; {@link
 * org.googlenet.evaluation.TrainedModel} opens a model from any place that holds one. {@link
 * org.googlenet.evaluation.Evaluator} and {@link org.googlenet.evaluation.GateJob} are Spark jobs,
 * {@link org.googlenet.evaluation.Predictor} works in the calling process.
 *
 * <p>Every record counts exactly once, and results are in the order of the data set's records,
 * whatever the number of tasks. A model whose classes are not those of the data is refused with one
 * line.
 */
package org.googlenet.evaluation;
