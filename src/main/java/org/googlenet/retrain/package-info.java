/**
 * Retraining as a whole: from data to a new champion by one call. {@link
 * org.googlenet.retrain.Retraining} is for the command line and for schedulers.
 *
 * <p>It prints nothing: the caller receives the training's events, and one {@link
 * org.googlenet.retrain.RetrainingEvent} per step. It promises that the call can be repeated after
 * any interruption: it goes on where it stopped and repeats no step that was completed.
 */
package org.googlenet.retrain;
