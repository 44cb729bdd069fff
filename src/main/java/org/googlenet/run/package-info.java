/**
 * A run in storage: the lease that one driver holds on it, the terms of its drivers, and its
 * checkpoints with their manifests and blobs.
 *
 * <p>Any code may read a run; whoever writes into it does so under the run's {@link
 * org.googlenet.run.Lease}. Trainings, evaluations and the commands for checkpoints use it.
 *
 * <p>It promises that at most one driver's work counts at any time, whatever the clocks say and
 * wherever a driver freezes; that a later driver goes on from a checkpoint whose write has
 * returned, or from one that followed it; that no checkpoint is used whose checksums do not match;
 * and that the runs of every earlier version can be read.
 */
package org.googlenet.run;
