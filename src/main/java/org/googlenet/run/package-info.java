/**
 * A run in storage: the lease that one driver holds on it, the terms of its drivers, and its
 * checkpoints with their manifests and blobs.
 *
 * <p>Any code may read a run; whoever writes into it does so under the run's {@link
 * org.googlenet.run.Lease}. Trainings, evaluations and the commands for checkpoints use it; it does
 * not know what a checkpoint's blobs mean.
 *
 * <p>It promises that at most one driver's work counts at any time, whatever the clocks say and
 * wherever a driver freezes; that a checkpoint whose write has returned is part of the history of
 * every later driver; that no byte of a checkpoint is used before its checksum was verified; and
 * that the runs of every earlier version can be read.
 */
package org.googlenet.run;
