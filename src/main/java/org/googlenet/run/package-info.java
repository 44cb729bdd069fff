/**
 * A run in storage: the lease on it, the terms of its drivers, its checkpoints and what they
 * consist of. Whoever writes into a run does so under its lease.
 */
package org.googlenet.run;
