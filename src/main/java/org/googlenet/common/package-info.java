/**
 * What every package may know: failures that a user can mend and their exit codes, randomness as a
 * function, text of durations and sizes, hashing, look-up of what others add, native libraries.
 */
package org.googlenet.common;
