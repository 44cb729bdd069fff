/**
 * oneDNN's kernels: what each is made of, how its arguments lie, and the calls that run them.
 *
 * <p>A plan makes its kernels by the classes here, one for each family, lays out its memory, and
 * binds them ({@link org.googlenet.engine.onednn.kernel.Primitives}). Nothing outside this package
 * knows the binding, and nothing in it knows of networks.
 */
package org.googlenet.engine.onednn.kernel;
