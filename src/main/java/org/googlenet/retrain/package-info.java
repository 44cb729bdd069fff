/**
 * Retraining as a whole: from data to champion by one call, which may be made again. It prints
 * nothing; whoever calls it hears what each step came to.
 */
package org.googlenet.retrain;
