/**
 * Compiles a network's configuration into a list of oneDNN primitives that is replayed each step.
 *
 * <p>{@link org.googlenet.engine.onednn.Network} reads a configuration as nodes, a {@link
 * org.googlenet.engine.onednn.Plan} is what they compile to. It is for {@code OneDnnEngine}, which
 * makes an engine of it; a plan alone is also of use to who has only forward passes to make. A new
 * layer is a kind of {@code Node}, a case of {@code Network}'s reader, and what each pass does with
 * it: a pass that lacks it does not compile.
 *
 * <p>What is promised: a plan computes what DL4J would, within the rounding of its arithmetic; what
 * it cannot is an {@link org.googlenet.engine.onednn.UnsupportedNetwork} that names the vertex, and
 * nothing else is; and all memory outside the Java heap is freed by {@code close}. Only {@code
 * Primitives} knows the binding.
 */
package org.googlenet.engine.onednn;
