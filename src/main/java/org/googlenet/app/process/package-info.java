/**
 * The process of a command: how Spark starts, what it needs from this machine, and how the process
 * ends.
 *
 * <p>It is for the commands in {@code app}. What would stop Spark is looked for before Spark starts
 * and ends the program with one line, where Spark itself would wait for minutes or print hundreds.
 * A process that is told to end by a signal saves the state of a training before Spark stops, and
 * its exit code is the signal's.
 */
package org.googlenet.app.process;
