/**
 * Compiles a network's configuration into a list of oneDNN primitives that is replayed in each
 * step.
 *
 * <p>{@link org.googlenet.engine.onednn.Network} reads a configuration as nodes, and a {@link
 * org.googlenet.engine.onednn.Plan} is what they compile to. The package is for {@code
 * OneDnnEngine}, which makes an engine of a plan; a plan alone is enough for forward passes. A new
 * layer needs a kind of {@code Node}, a case in {@code Network}'s reader, and a method in each
 * pass: a pass that lacks it does not compile.
 *
 * <p>It promises that a plan computes what DL4J would, within the rounding of its arithmetic; that
 * a network that it cannot compile, and no other, is refused with an {@link
 * org.googlenet.engine.onednn.UnsupportedNetwork} that names the vertex; and that {@code close}
 * frees all memory outside the Java heap. Only {@code Primitives} knows the binding.
 */
package org.googlenet.engine.onednn;
