/**
 * Compiles a network's configuration into a list of oneDNN primitives that is replayed each step.
 */
package org.googlenet.engine.onednn;
