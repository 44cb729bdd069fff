/**
 * Spark jobs that make and validate data sets: {@link org.googlenet.prepare.PrepareJob} makes one
 * from images, which an {@link org.googlenet.prepare.ImageSource} lists and reads, {@link
 * org.googlenet.prepare.RowsJob} one from the rows of an RDD, and {@link
 * org.googlenet.prepare.ValidateJob} checks existing ones.
 *
 * <p>They are for commands and Java programs that have a Spark context. The same images, options
 * and seed give the same bytes, whatever the executors; an existing data set is never overwritten,
 * and an unfinished one does not count as a data set. {@code RowsJob} writes shards over those that
 * are left of an unfinished one, which have the same bytes since the folder is named after the
 * rows.
 */
package org.googlenet.prepare;
