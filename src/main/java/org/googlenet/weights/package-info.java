/**
 * Weights from elsewhere: named tensors in the files of other programs, and how they become the
 * parameters of our network.
 *
 * <p>{@link org.googlenet.weights.WeightFile} reads safetensors, PyTorch's {@code .pth}, Caffe's
 * {@code .caffemodel} and ONNX into {@link org.googlenet.weights.NamedTensors}, and {@link
 * org.googlenet.weights.Fitting} lays these into a flat vector of parameters.
 *
 * <p>It promises that a file is never executed and never trusted: what it says about lengths and
 * places is checked before memory is taken for it.
 */
package org.googlenet.weights;
