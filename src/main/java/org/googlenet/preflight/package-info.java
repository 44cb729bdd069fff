/** Looking at a cluster, its storage and the data before a training begins on them. */
package org.googlenet.preflight;
