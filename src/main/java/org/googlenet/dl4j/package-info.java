/** The rounds behind dl4j-spark's interface, and dl4j-spark's own master as a baseline. */
package org.googlenet.dl4j;
