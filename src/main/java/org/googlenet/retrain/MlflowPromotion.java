package org.googlenet.retrain;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.googlenet.common.Problem;
import org.googlenet.registry.Promotion;
import org.googlenet.registry.SavedModel;
import org.googlenet.report.mlflow.MlflowServer;
import org.googlenet.report.mlflow.ModelRegistry;
import org.googlenet.run.Metadata;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;

/**
 * Lets MLflow know of a promotion that was made: the model is a version of a registered model, and
 * the alias {@value ModelRegistry#ALIAS} moves to it. If that fails, the promotion counts all the
 * same, and the same promotion again catches up.
 *
 * @param key where a user has given the server, for messages
 * @param url of the tracking server
 * @param model name of the registered model
 */
public record MlflowPromotion(String key, String url, String model) {

  /**
   * What became of it.
   *
   * @param version the number of the model's version; empty if it failed
   * @param text one line: which version it is, or what failed
   */
  public record Registered(Optional<String> version, String text) {}

  /** Registers a promotion; never throws for a server that is away or says no. */
  public Registered register(Promotion promotion, Stores stores) {
    SavedModel promoted = promotion.model();
    try {
      ModelRegistry registry = new ModelRegistry(MlflowServer.at(key, url, System.getenv()), model);
      String version =
          registry.promote(promoted.blobs().location(), run(promoted, stores), tags(promotion));
      return new Registered(
          Optional.of(version),
          "MLflow: version %s of %s has the alias %s"
              .formatted(version, model, ModelRegistry.ALIAS));
    } catch (Problem problem) {
      return new Registered(
          Optional.empty(),
          "MLflow does not know of this promotion: %s; 'googlenet promote %s --models ... --mlflow-uri %s' tells it later"
              .formatted(problem.getMessage(), promoted.blobs().location(), shown()));
    }
  }

  /** The run, under the name that it had when it was trained. */
  private static Optional<ObjectStore> run(SavedModel model, Stores stores) {
    try {
      return Optional.of(stores.open(model.run()));
    } catch (Problem unknown) {
      return Optional.empty();
    }
  }

  /** Credentials that someone has put into a URL stay out of what is printed. */
  private String shown() {
    return url.replaceFirst("//[^/]*@", "//");
  }

  private static Map<String, String> tags(Promotion promotion) {
    SavedModel model = promotion.model();
    Map<String, String> tags = new LinkedHashMap<>();
    share(promotion, Metadata.TOP1).ifPresent(top1 -> tags.put("top1", top1));
    share(promotion, Metadata.TOP5).ifPresent(top5 -> tags.put("top5", top5));
    Optional.ofNullable(model.metadata().labels().get(Metadata.PARAMETERS))
        .ifPresent(sha256 -> tags.put("parameters.sha256", sha256));
    tags.put("version", model.version());
    tags.put("run", model.run());
    tags.put("checkpoint", model.checkpoint().toString());
    tags.put("promotion", String.valueOf(promotion.champion().number()));
    tags.put("by", promotion.champion().by());
    return tags;
  }

  private static Optional<String> share(Promotion promotion, String metric) {
    return Optional.ofNullable(promotion.champion().metrics().get(metric))
        .map(value -> String.format(Locale.ROOT, "%.4f", value));
  }
}
