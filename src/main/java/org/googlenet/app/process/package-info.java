/**
 * The process of a command: how Spark starts, what it needs from this machine, and how the process
 * ends.
 *
 * <p>It is for the commands in {@code app}. It checks for what would stop Spark before Spark
 * starts, and ends the program with one line, where Spark would wait for minutes or print hundreds
 * of lines. A process that a signal tells to end saves the state of a training before Spark stops,
 * and its exit code is the signal's.
 */
package org.googlenet.app.process;
