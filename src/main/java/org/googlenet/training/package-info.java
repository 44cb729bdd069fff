/**
 * The loop of rounds: local steps in workers, averaging, schedules, and when to save and evaluate.
 */
package org.googlenet.training;
