/**
 * Rounds of local steps and averaging: the plan of a training's rounds, a worker's part of a round,
 * how the workers' results are sent and averaged, and the outer optimiser's step.
 *
 * <p>The training loop runs one round after the other through {@link
 * org.googlenet.averaging.Rounds}; {@link org.googlenet.averaging.Averager} also averages the
 * workers of any other {@link org.googlenet.averaging.LocalTraining}.
 *
 * <p>It promises that, on machines of one kind, a round that is not cut gives the same bits for the
 * same state and plan, whatever the number of executors, the order in which results arrive, and the
 * tasks that Spark runs again.
 */
package org.googlenet.averaging;
