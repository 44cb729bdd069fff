/** What executes a local step and a forward pass of a network. */
package org.googlenet.engine;
