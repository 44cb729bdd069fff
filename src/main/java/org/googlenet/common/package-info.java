/**
 * What every package may know: failures that a user can mend and their exit codes, randomness as a
 * function, text of durations and sizes, hashing, native libraries.
 */
package org.googlenet.common;
