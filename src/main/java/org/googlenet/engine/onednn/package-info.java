/**
 * Compiles a network's configuration into a list of oneDNN primitives that is replayed in each
 * step.
 *
 * <p>{@link org.googlenet.engine.onednn.Network} reads a configuration as nodes, and a {@link
 * org.googlenet.engine.onednn.Plan} is what they compile to. The package is for {@code
 * OneDnnEngine}, which makes an engine of a plan; a plan alone is enough for forward passes. A new
 * layer needs a kind of {@code Node}, which says what it does in each pass, and a case in {@code
 * Network}'s reader.
 *
 * <p>It promises that a plan computes what DL4J would, within the rounding of its arithmetic; that
 * a network that it cannot compile, and no other, is refused with an {@link
 * org.googlenet.engine.onednn.UnsupportedNetwork} that names the vertex; and that {@code close}
 * frees all memory outside the Java heap. The binding is known to {@code kernel} alone.
 */
package org.googlenet.engine.onednn;
