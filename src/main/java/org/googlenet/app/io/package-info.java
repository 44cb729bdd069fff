/**
 * Input and output of commands: files that the command line names, tables and JSON, and the
 * progress of a training.
 *
 * <p>It is for the commands in {@code app} and their options; it prints values that other packages
 * compute, and decides nothing. A command's JSON is one object on one line, except that a training
 * prints one line per event. Files may be in any storage, or pipes; a file is replaced as a whole
 * or not at all.
 */
package org.googlenet.app.io;
