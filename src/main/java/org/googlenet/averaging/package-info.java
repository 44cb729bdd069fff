/**
 * Rounds of averaging: which worker trains on what, how its result travels and becomes one average,
 * and the outer step.
 */
package org.googlenet.averaging;
