/**
 * How records lie in objects: {@link org.googlenet.data.format.ShardFormat} reads a shard, and
 * {@link org.googlenet.data.format.TarFormat} is the format that {@code prepare} writes.
 *
 * <p>It is for {@code data} and {@code prepare}, and for anyone who adds a format; it knows a shard
 * as a value, and nothing of data sets. Labels are passed on as they are written; {@link
 * org.googlenet.data.format.Labels} know the classes.
 *
 * <p>Reading takes no more memory than a record, and a damaged or malicious file is either read as
 * something valid or refused with one line. The same records are written as the same bytes.
 */
package org.googlenet.data.format;
