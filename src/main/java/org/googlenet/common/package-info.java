/**
 * What every other package may use (this one uses none of them): failures that a user can mend and
 * their exit codes, randomness as a function, durations and sizes as text, hashing, look-up of
 * implementations by name, and the folder of native libraries.
 *
 * <p>A message is one line that names the thing, the value and the remedy, and survives the way
 * from a Spark executor to the driver. The texts and hashes made here are written into files of
 * runs and data sets, so the same input gives the same result in every version.
 */
package org.googlenet.common;
