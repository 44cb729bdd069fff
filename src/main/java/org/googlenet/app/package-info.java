/**
 * The command line {@code googlenet}: {@link org.googlenet.app.Main} and one class per subcommand.
 *
 * <p>Nothing imports it. A command reads its options, opens Spark and storage, calls one job or
 * service of another package, and prints the result for people or as JSON; the work itself is done
 * elsewhere. Whatever fails ends with one line on stderr and one of the exit codes in {@code
 * docs/operations.md}.
 */
package org.googlenet.app;
