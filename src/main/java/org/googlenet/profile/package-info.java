/**
 * Where the time of a training goes: of a step by layer and by kind of operation, and of a round as
 * a Chrome trace.
 *
 * <p>Both are measured by running them: steps on batches of the recipe's data in one task, and a
 * round of the recipe's workers on the embedded Spark. Nothing is written into a run, and what is
 * measured computes the same as a training.
 */
package org.googlenet.profile;
