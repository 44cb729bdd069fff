/**
 * Spark jobs that make and validate data sets: {@link org.googlenet.prepare.PrepareJob} makes one
 * from images, which an {@link org.googlenet.prepare.ImageSource} lists and reads, and {@link
 * org.googlenet.prepare.ValidateJob} checks existing ones.
 *
 * <p>They are for commands and Java programs that have a Spark context. The same images, options
 * and seed give the same bytes, whatever the executors; an existing data set is never overwritten,
 * and an unfinished one does not count as a data set.
 */
package org.googlenet.prepare;
