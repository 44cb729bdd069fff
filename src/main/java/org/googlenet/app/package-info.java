/** The command line: one class a subcommand, the Spark session and the exit codes. */
package org.googlenet.app;
