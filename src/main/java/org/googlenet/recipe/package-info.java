/**
 * What a training is told: recipes as records, their loading from YAML, and the network and
 * optimiser that a recipe describes.
 */
package org.googlenet.recipe;
