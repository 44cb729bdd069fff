package org.googlenet.training;

import java.io.IOException;
import java.util.Optional;
import org.googlenet.common.Problem;
import org.googlenet.data.Dataset;
import org.googlenet.recipe.Recipe;
import org.googlenet.registry.Models;
import org.googlenet.report.page.Pictures;
import org.googlenet.report.page.Shown.Champion;
import org.googlenet.run.Metadata;
import org.googlenet.storage.Stores;

/** What the report of a run shows beside its events, found by the run's recipe. */
public final class ReportPages {

  private ReportPages() {}

  /** Pictures of a recipe's data; a data set is opened when its first picture is wanted. */
  public static Pictures pictures(Recipe recipe, Stores stores) {
    return new RunPictures(
        () -> Dataset.described(stores, recipe.data().train()),
        () -> Dataset.described(stores, recipe.data().validation()));
  }

  /** The champion of a recipe's models; empty if there is none, or it cannot be read. */
  public static Optional<Champion> champion(Recipe recipe, Stores stores) {
    try {
      return new Models(stores.open(recipe.models()))
          .last()
          .filter(last -> last.metrics().containsKey(Metadata.TOP1))
          .map(
              last ->
                  new Champion(
                      last.version(),
                      last.metrics().get(Metadata.TOP1),
                      last.metrics().getOrDefault(Metadata.TOP5, Double.NaN)));
    } catch (IOException | Problem e) {
      return Optional.empty();
    }
  }
}
