/**
 * Recipes, which define trainings: as values, read from YAML and written back, and the network that
 * one describes.
 *
 * <p>It is for code that trains or prepares a training. {@code RecipeLoader} is the only way to a
 * checked {@code Recipe}; {@code RecipeNetwork} builds its network.
 *
 * <p>It promises that a recipe that was written and read again is equal, that everything wrong with
 * one is reported at once, and that a run of any older version can be compared with a recipe: each
 * key says which version added it and which value means what was done before.
 *
 * <p>A key is declared once, in the class of its section ({@code ModelKeys}, {@code TrainingKeys}
 * and so on); reading, checking, writing, {@code --set}, identity and the tables of {@code
 * docs/recipe.md} follow from that.
 */
package org.googlenet.recipe;
