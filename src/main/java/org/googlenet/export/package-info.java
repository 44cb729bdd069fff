/**
 * Trained networks in the formats of other programs. {@link org.googlenet.export.OnnxModel} is one
 * in ONNX, and {@link org.googlenet.export.ModelCard} a page about one.
 *
 * <p>It promises that the same model gives the same bytes, and that what cannot be said exactly in
 * a format is refused by name.
 */
package org.googlenet.export;
