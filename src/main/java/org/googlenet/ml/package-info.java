/**
 * GoogLeNet as a stage of Spark ML: {@link org.googlenet.ml.GoogLeNetClassifier} trains on a
 * DataFrame of images, and {@link org.googlenet.ml.GoogLeNetModel} classifies the images of one.
 *
 * <p>It is for code that has DataFrames, in Java, Scala and, by the Python package {@code
 * googlenet_spark}, in PySpark. Nothing imports it, and it alone knows Spark SQL and Spark ML,
 * which the Spark of the command line does not have. What it does itself is to translate: columns
 * to images, params to a recipe, predictions to columns; the work is done by the other packages.
 *
 * <p>It promises that the same images with the same params give the same model, whatever the order
 * and the partitions of the rows are, and that a {@code fit} that was interrupted goes on where it
 * stopped.
 */
package org.googlenet.ml;
