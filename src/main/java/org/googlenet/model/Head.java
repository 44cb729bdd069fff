package org.googlenet.model;

import java.util.List;

/**
 * A head of {@link GoogLeNet} by the names of its layers.
 *
 * @param name of the head, which is also that of its output layer, the classifier
 * @param layers with parameters that no other head has a gradient for; the classifier is among them
 * @param reluLayers whose outputs are the ReLU units in front of the classifier, a unit for each
 *     bias; the main head's are not among its own layers
 */
public record Head(String name, List<String> layers, List<String> reluLayers) {}
