/**
 * Making and validating data sets, as Spark jobs: {@link org.googlenet.prepare.PrepareJob} of
 * images as they are found, which an {@link org.googlenet.prepare.ImageSource} lists and reads, and
 * {@link org.googlenet.prepare.ValidateJob} of sets that are there.
 *
 * <p>For commands and Java programs that have a Spark context. The same images, options and seed
 * give the same bytes, whatever the executors; a data set that is there is never written over, and
 * one that was not finished is none.
 */
package org.googlenet.prepare;
