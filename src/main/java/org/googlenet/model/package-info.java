/**
 * Networks as values: GoogLeNet's table and graph, the heads and the flat vector of any network,
 * loss, optimiser, schedules, and the file format.
 *
 * <p>It is for all code that builds, trains, reads or writes a network, also outside this project:
 * everything here works with DL4J alone. {@link org.googlenet.model.Head} and {@link
 * org.googlenet.model.ParameterLayout} are derived from a configuration, so nothing else needs to
 * know a layer's name or place.
 *
 * <p>It promises that a configuration's JSON and a {@code model.zip} of an earlier version can be
 * read, that the same parameters give the same bytes, and that a file from elsewhere is read
 * without trusting it. The package knows nothing of data, recipes or Spark.
 */
package org.googlenet.model;
