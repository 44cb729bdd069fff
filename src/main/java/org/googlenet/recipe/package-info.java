/**
 * What a training is told: recipes as values, read from YAML and written back, and the network that
 * one describes.
 *
 * <p>For whoever trains or prepares a training. {@code RecipeLoader} is the way in and the only one
 * to a checked {@code Recipe}; {@code RecipeNetwork} makes the network of one.
 *
 * <p>It promises that a recipe that was written and is read again is equal, that everything wrong
 * with one is told at once, and that a run of any older version can be compared with a recipe: each
 * key says since when it exists and which value means what was done before.
 *
 * <p>A key is declared once, in the class of its section ({@code ModelKeys}, {@code TrainingKeys}
 * and so on); reading, refusing, writing, {@code --set}, identity and the tables of {@code
 * docs/recipe.md} follow from that.
 */
package org.googlenet.recipe;
