/**
 * One driver's work on a run: take the run, find out where it is, choose the engine, run rounds
 * until all are done, evaluate and save on the way, and give the run back.
 *
 * <p>{@link org.googlenet.training.TrainingJob} is the entry point for whoever trains; {@link
 * org.googlenet.training.TrainingSetup} is what can be known before, and {@link
 * org.googlenet.training.ResumeCheck} tells in advance whether a run could go on.
 *
 * <p>It promises that a training of this project's own rounds that is interrupted, killed or taken
 * over at any point goes on to the same bits as one that was not, unless its rounds may be cut or a
 * warning says otherwise; and that if it fails, the last complete round is saved, in the run or
 * else on this machine.
 */
package org.googlenet.training;
