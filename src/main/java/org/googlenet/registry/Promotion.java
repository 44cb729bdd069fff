package org.googlenet.registry;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.googlenet.common.Sha256;
import org.googlenet.run.Blobs;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Json;
import org.googlenet.run.Manifest;
import org.googlenet.run.Metadata;
import org.googlenet.storage.ObjectStore;

/**
 * Makes a model the champion: copies it, verifies the copy, writes a manifest that says that it is
 * complete, and takes the next number among the promotions. If this is interrupted at any point,
 * the champion is still the one before, and the same promotion succeeds when it is repeated.
 *
 * @param champion the promotion that names the model
 * @param model the copy
 * @param isCopied whether the copy was made now; the model may have been there before
 * @param isNamed whether the promotion was made now; the model may have been the champion before
 * @param hasCardAsAsked whether the copy's card is the one that the request would write; another
 *     may have come with the model, or be left of a promotion that broke off
 */
public record Promotion(
    Champion champion,
    SavedModel model,
    boolean isCopied,
    boolean isNamed,
    boolean hasCardAsAsked) {

  /** A card with the names of some thousand classes is some ten KB. */
  private static final int LARGEST_CARD = 16 << 20;

  /**
   * What is asked for.
   *
   * @param version the model's name in the folder of models
   * @param blobs the blobs of a checkpoint that make up the model
   * @param by who asks
   * @param note why; may be empty
   * @param gated whether the gate must have said yes, against the champion of that moment
   * @param card what is written beside a model that has none
   */
  public record Request(
      String version, List<String> blobs, String by, String note, boolean gated, Card card) {

    public Request {
      if (!Models.isVersion(version)) {
        throw new IllegalArgumentException("version '" + version + "'");
      }
      blobs = List.copyOf(blobs);
    }
  }

  /** Writes what readers of a promoted model should know, its {@value Models#CARD}. */
  @FunctionalInterface
  public interface Card {

    /**
     * The text, in UTF-8.
     *
     * @param version the model's name in the folder of models
     * @param gate what the gate decided about it and the champion of this moment
     */
    byte[] of(SavedModel model, String version, Optional<GateRecord> gate) throws IOException;
  }

  /**
   * Promotes a model.
   *
   * @throws CheckpointProblem if the model or its copy is damaged, or another model has its version
   * @throws UngatedProblem if the gate has not let the model pass, where it must have
   */
  public static Promotion of(SavedModel source, Models models, Request request, Clock clock)
      throws IOException {
    Map<String, Manifest.Blob> blobs = chosen(source, request.blobs());
    Optional<SavedModel> there = models.find(request.version());
    Copy copy =
        there.isPresent()
            ? new Copy(there.get(), false, false)
            : copy(source, models.store(), blobs, request, clock);
    requireSame(copy.model(), blobs);
    if (there.isPresent()) {
      requireWhole(copy.model().blobs());
    }
    return name(source, copy, models, request, clock);
  }

  private static Map<String, Manifest.Blob> chosen(SavedModel source, List<String> names) {
    Map<String, Manifest.Blob> chosen = new TreeMap<>();
    names.forEach(name -> chosen.put(name, source.blobs().wanted(name)));
    if (source.blobs().has(Models.CARD)) {
      chosen.put(Models.CARD, source.blobs().wanted(Models.CARD));
    }
    return chosen;
  }

  /** The model in the folder of models, and whether it and its card were written now. */
  private record Copy(SavedModel model, boolean isNew, boolean hasCardAsAsked) {}

  /** A card, and whether it is as the request has it. */
  private record Written(Manifest.Blob blob, boolean isAsAsked) {}

  private static Copy copy(
      SavedModel source,
      ObjectStore models,
      Map<String, Manifest.Blob> blobs,
      Request request,
      Clock clock)
      throws IOException {
    String version = request.version();
    for (String blob : blobs.keySet()) {
      create(models, version + "/" + blob, source.blobs().body(blob));
    }
    Map<String, Manifest.Blob> all = new TreeMap<>(blobs);
    boolean hasCardAsAsked = false;
    if (!all.containsKey(Models.CARD)) {
      Written card = writeCard(source, models, request);
      all.put(Models.CARD, card.blob());
      hasCardAsAsked = card.isAsAsked();
    }
    requireWhole(new Blobs(models, version, all));
    ModelManifest manifest =
        new ModelManifest(
            version,
            source.run(),
            source.checkpoint(),
            clock.millis(),
            request.by(),
            source.metadata(),
            all);
    try {
      models.create(ModelManifest.name(version), Json.body(manifest));
    } catch (FileAlreadyExistsException e) {
      // Another promotion of the same model was running too, and was faster.
      SavedModel there = new Models(models).find(version).orElseThrow(() -> e);
      return new Copy(there, true, hasCardAsAsked);
    }
    return new Copy(SavedModel.of(manifest, models, version), true, hasCardAsAsked);
  }

  /**
   * Writes the card. One that is there was written by a promotion of the same model, since the
   * other blobs are the same, which broke off or is under way; so it is taken as it is, whatever
   * the gate has said since.
   */
  private static Written writeCard(SavedModel source, ObjectStore models, Request request)
      throws IOException {
    Models registry = new Models(models);
    int champion = registry.standing().last().map(Champion::number).orElse(0);
    Optional<GateRecord> gate = gate(source.version(), source.metadata(), registry, champion);
    byte[] asked = request.card().of(source, request.version(), gate);
    byte[] card = asked;
    String name = request.version() + "/" + Models.CARD;
    try {
      models.create(name, ObjectStore.Body.of(asked));
    } catch (FileAlreadyExistsException e) {
      card = models.readBytes(name, LARGEST_CARD);
    }
    return new Written(new Manifest.Blob(card.length, Sha256.of(card)), Arrays.equals(card, asked));
  }

  private static void create(ObjectStore models, String name, ObjectStore.Body body)
      throws IOException {
    try {
      models.create(name, body);
    } catch (FileAlreadyExistsException e) {
      throw new CheckpointProblem(
          models.location()
              + "/"
              + name
              + ": was written by a promotion of another model, which is under way or broke off;"
              + " promote under another --version, or delete this folder",
          e);
    }
  }

  /**
   * The card need not be the same: a model may have got one since, or have been promoted without.
   */
  private static void requireSame(SavedModel model, Map<String, Manifest.Blob> blobs) {
    if (!withoutCard(model.blobs().expected()).equals(withoutCard(blobs))) {
      throw new CheckpointProblem(
          "%s: is another model, checkpoint %s of %s; promote under another --version"
              .formatted(model.blobs().location(), model.checkpoint(), model.run()));
    }
  }

  private static Map<String, Manifest.Blob> withoutCard(Map<String, Manifest.Blob> blobs) {
    Map<String, Manifest.Blob> others = new TreeMap<>(blobs);
    others.remove(Models.CARD);
    return others;
  }

  private static void requireWhole(Blobs copy) throws IOException {
    Optional<String> defect = copy.defect();
    if (defect.isPresent()) {
      throw new CheckpointProblem(
          "%s: is damaged: %s; restore it, or delete it and promote the checkpoint again"
              .formatted(copy.location(), defect.get()));
    }
  }

  private static Promotion name(
      SavedModel source, Copy copy, Models models, Request request, Clock clock)
      throws IOException {
    SavedModel model = copy.model();
    while (true) {
      Models.Standing standing = models.standing();
      Optional<Champion> last = standing.last();
      if (last.isPresent() && last.get().version().equals(model.version())) {
        complete(models.store(), last.get());
        return new Promotion(last.get(), model, copy.isNew(), false, copy.hasCardAsAsked());
      }
      int before = last.map(Champion::number).orElse(0);
      Optional<GateRecord> gate = gate(source.version(), model.metadata(), models, before);
      if (request.gated() && !gate.map(GateRecord::isYes).orElse(false)) {
        throw new UngatedProblem(source.blobs().location(), last);
      }
      Champion next =
          new Champion(
              standing.next(),
              model.version(),
              clock.millis(),
              request.by(),
              request.note(),
              metrics(model.metadata(), gate));
      try {
        record(models.store(), next);
        return new Promotion(next, model, copy.isNew(), true, copy.hasCardAsAsked());
      } catch (FileAlreadyExistsException e) {
        // Another promotion took the number: see which model it names, and take the next one.
      }
    }
  }

  /** Writes the promotion as two objects with the same content, so that either may be lost. */
  private static void record(ObjectStore models, Champion promotion) throws IOException {
    models.create(Champion.claimName(promotion.number()), Json.body(promotion));
    models.create(promotion.name(), Json.body(promotion));
  }

  /** Writes the missing object of a promotion that was interrupted between the two, or lost one. */
  private static void complete(ObjectStore models, Champion promotion) throws IOException {
    for (String name :
        List.of(Champion.claimName(promotion.number()), Champion.name(promotion.number()))) {
      try {
        models.create(name, Json.body(promotion));
      } catch (FileAlreadyExistsException e) {
        // It exists, as whoever created it wrote it.
      }
    }
  }

  /**
   * What the gate decided about this model and the champion before it.
   *
   * @param challenger what the model was called then
   * @param champion the number of that champion's promotion; 0 for none
   */
  private static Optional<GateRecord> gate(
      String challenger, Metadata model, Models models, int champion) throws IOException {
    String parameters = model.labels().get(Metadata.PARAMETERS);
    return GateRecord.find(models, challenger, champion)
        .filter(record -> record.challenger().parametersSha256().equals(parameters));
  }

  private static Map<String, Double> metrics(Metadata model, Optional<GateRecord> gate) {
    Map<String, Double> metrics = new TreeMap<>(model.metrics());
    gate.ifPresent(record -> metrics.putAll(record.metrics()));
    return metrics;
  }
}
