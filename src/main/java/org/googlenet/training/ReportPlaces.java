package org.googlenet.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.googlenet.recipe.Recipe;
import org.googlenet.report.page.PageListener;
import org.googlenet.report.tensorboard.TensorBoard;

/** Where a training will be shown beside the console. */
public final class ReportPlaces {

  private ReportPlaces() {}

  /** The places by the last part of their key in the recipe's section {@code report}. */
  public static Map<String, String> of(Recipe recipe) {
    Recipe.Report report = recipe.report();
    Map<String, String> places = new LinkedHashMap<>();
    if (report.page()) {
      places.put("page", recipe.location() + "/" + PageListener.NAME);
    }
    if (report.tensorboard()) {
      places.put("tensorboard", recipe.location() + "/" + TensorBoard.FOLDER);
    }
    if (!report.textfile().equals(Recipe.Report.NONE)) {
      places.put("textfile", report.textfile());
    }
    if (report.mlflow().isOn()) {
      places.put("mlflow", report.mlflow().uri() + ", experiment " + report.mlflow().experiment());
    }
    if (report.lineage().isOn()) {
      places.put("openlineage", report.lineage().url());
    }
    return places;
  }
}
