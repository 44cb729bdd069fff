/**
 * Checks of a cluster, its storage and the data before a training begins, and estimates of what it
 * will take.
 *
 * <p>It is for commands and Java programs that train; {@link org.googlenet.preflight.Preflight} is
 * the way in, and {@link org.googlenet.preflight.DryRun} measures a few steps after it. All
 * problems are reported at once, with one line per problem. A check changes nothing: the one object
 * that it writes is deleted, and no run is touched.
 */
package org.googlenet.preflight;
