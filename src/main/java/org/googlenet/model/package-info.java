/**
 * Networks as values: GoogLeNet's table and graph, what any network's configuration says of its
 * heads and of its flat vector, loss, optimiser, schedules, and the file format.
 *
 * <p>It is for all who make, train, read or write a network, also outside this project: everything
 * here works with DL4J alone. {@link org.googlenet.model.Head} and {@link
 * org.googlenet.model.ParameterLayout} are read from a configuration, so no one else needs to know
 * a layer's name or place.
 *
 * <p>What is promised: a configuration's JSON and a {@code model.zip} that an earlier version wrote
 * can be read, the same parameters give the same bytes, and a file that somebody else made is read
 * without trusting it. The package knows nothing of data, recipes or Spark.
 */
package org.googlenet.model;
