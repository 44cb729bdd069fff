package org.googlenet.export;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.registry.GateRecord;
import org.googlenet.registry.Promotion;
import org.googlenet.registry.SavedModel;
import org.googlenet.run.Manifest;
import org.googlenet.run.Metadata;
import org.googlenet.run.StateFile;

/**
 * Says in one page what a promoted model is, what it was trained on, how good it is and what is not
 * known about it, as a model card (Mitchell et al., "Model Cards for Model Reporting", 2019) with
 * the metadata block of Hugging Face's.
 *
 * <p>It is a function of the model and of the gate's decision alone, so that the same promotion
 * gives the same bytes. Only what was recorded is said; the rest is said to be unknown.
 *
 * @param license identifier of the model's licence, such as {@code apache-2.0}; empty if unknown
 * @see <a href="https://huggingface.co/docs/hub/model-cards">Hugging Face's model cards</a>
 */
public record ModelCard(Optional<String> license) implements Promotion.Card {

  /** Blobs with the model's state are some hundred KB. */
  private static final int LARGEST_STATE = 64 << 20;

  private static final int NAMED_CLASSES = 100;

  @Override
  public byte[] of(SavedModel model, String version, Optional<GateRecord> gate) throws IOException {
    StateFile state =
        StateFile.fromJson(
            model.blobs().bytes(StateFile.NAME, LARGEST_STATE),
            model.blobs().location() + "/" + StateFile.NAME);
    return new Text(model, TrainedModel.of(model), version, state, results(model, gate)).bytes();
  }

  private static List<CardResult> results(SavedModel model, Optional<GateRecord> gate) {
    List<CardResult> results = new ArrayList<>(CardResult.ofTraining(model.metadata()));
    gate.ifPresent(record -> results.addAll(CardResult.of(record)));
    return results;
  }

  /** One card under construction. */
  private final class Text {

    private final SavedModel model;
    private final TrainedModel network;
    private final String version;
    private final StateFile state;
    private final List<CardResult> results;
    private final Markdown text = new Markdown();

    Text(
        SavedModel model,
        TrainedModel network,
        String version,
        StateFile state,
        List<CardResult> results) {
      this.model = model;
      this.network = network;
      this.version = version;
      this.state = state;
      this.results = results;
    }

    byte[] bytes() {
      text.raw(new CardMetadata(version, license, results).yaml());
      text.heading(1, version);
      text.paragraph(
          "GoogLeNet (Inception v1), which classifies images into %s classes, as a model of googlenet-spark."
              .formatted(number((long) network.classes())));
      details();
      use();
      trainingData();
      trainingProcedure();
      evaluation();
      limitations();
      files();
      return text.bytes();
    }

    private void details() {
      text.heading(2, "Model details");
      text.row("", "");
      text.row("---", "---");
      row(
          "network",
          "GoogLeNet, variant %s".formatted(Markdown.code(key("model.variant", "plain"))));
      row("input", "3 x %1$s x %1$s".formatted(network.side()));
      row("parameters", number((long) network.parameters().length));
      row("classes", number((long) network.classes()));
      if (isImported()) {
        row("imported from", Markdown.code(model.run()));
      } else {
        row("run", Markdown.code(model.run()));
        row("checkpoint", Markdown.code(model.checkpoint().toString()));
      }
      row("written", Instant.ofEpochMilli(model.created()).truncatedTo(ChronoUnit.SECONDS));
      row("licence", license.map(Markdown::code).orElse("unknown"));
      row("began with", beginning());
      row(
          "paper",
          "Szegedy et al., Going deeper with convolutions, <https://arxiv.org/abs/1409.4842>");
      text.end();
      text.paragraph("Classes, in the order of the outputs: " + classes() + ".");
    }

    /** Whether no run has written it: a training's state has the fingerprint of its data. */
    private boolean isImported() {
      return state.initial() != null && state.data().fingerprint().isEmpty();
    }

    private String beginning() {
      StateFile.Initial initial = state.initial();
      if (initial == null) {
        return "weights drawn at random, from seed %s"
            .formatted(Markdown.code(key("training.seed", "unknown")));
      }
      return "the model %s, SHA-256 of its parameters %s; the licence of its weights is unknown"
          .formatted(Markdown.code(initial.from()), Markdown.code(initial.parametersSha256()));
    }

    private String classes() {
      List<String> names = network.classNames();
      String first =
          String.join(", ", names.stream().limit(NAMED_CLASSES).map(Markdown::code).toList());
      return names.size() > NAMED_CLASSES
          ? "%s and %s more, which `state.json` names"
              .formatted(first, number((long) names.size() - NAMED_CLASSES))
          : first;
    }

    private void use() {
      text.heading(2, "Intended use");
      text.paragraph(
          "To name the class of an image that shows one of the classes above, and is like the images"
              + " that it was trained on. Other intended uses are unknown.");
      text.heading(2, "How to use");
      text.block(
          "",
          "googlenet predict MODELS/%s photo.jpg".formatted(version),
          "googlenet evaluate MODELS/%s --data DATASET".formatted(version),
          "googlenet export MODELS/%s --to onnx --output %s.onnx".formatted(version, version));
      text.paragraph("`MODELS` is the folder of promoted models. With DL4J, in Java:");
      text.block(
          "java",
          "try (InputStream in = new FileInputStream(\"MODELS/%s/model.zip\")) {"
              .formatted(version),
          "  ComputationGraph network = ModelZip.read(in, \"%s\").network();".formatted(version),
          "  INDArray probabilities = network.output(images)[0]; // [n, 3, %1$s, %1$s] to [n, %2$s]"
              .formatted(network.side(), network.classes()),
          "}");
    }

    private void trainingData() {
      text.heading(2, "Training data");
      text.row("", "");
      text.row("---", "---");
      row("data set", label(Metadata.TRAIN));
      String fingerprint = state.data().fingerprint();
      row("fingerprint", fingerprint.isEmpty() ? "unknown" : Markdown.code(fingerprint));
      row("records", number(model.metadata().counters().get(Metadata.TRAIN_RECORDS)));
      row("augmentation", Markdown.code(state.data().augmentation()));
      text.end();
      text.paragraph(
          "What the images show beyond their classes, who collected them, and under which licence"
              + " they may be used, is unknown.");
    }

    private void trainingProcedure() {
      StateFile.Counters counters = state.counters();
      text.heading(2, "Training procedure");
      text.paragraph(counters.step() == 0 ? "This program has not trained it." : steps(counters));
      text.paragraph("The keys of the recipe that the result depends on:");
      text.block(
          "yaml",
          state.identity().entrySet().stream()
              .map(key -> key.getKey() + ": " + key.getValue())
              .toArray(String[]::new));
    }

    private String steps(StateFile.Counters counters) {
      StateFile.Arithmetic arithmetic = state.arithmetic();
      return String.format(
          Locale.ROOT,
          "%,d examples in %,d global steps and %,d rounds of parameter averaging, with %,d"
              + " rewinds. Last computed by engine %s, precision %s, %s threads per worker (%s).",
          counters.examples(),
          counters.step(),
          counters.round(),
          counters.rewinds(),
          known(arithmetic.engine()),
          known(arithmetic.precision()),
          known(arithmetic.threads()),
          known(arithmetic.instructions()));
    }

    private void evaluation() {
      text.heading(2, "Evaluation");
      if (results.isEmpty()) {
        text.paragraph("None was recorded.");
        return;
      }
      text.row("measured", "data set", "examples", "metric", "value", "95% interval");
      text.row("---", "---", "---:", "---", "---:", "---");
      for (CardResult result : results) {
        text.row(
            result.when(),
            result.data().map(Markdown::code).orElse("unknown"),
            number(result.examples()),
            result.metric().text(),
            result.percent(),
            result.interval().orElse("unknown"));
      }
      text.end();
      text.paragraph(
          "Intervals are Wilson's. They say how far chance in the choice of the examples reaches, and"
              + " nothing of images of another kind.");
    }

    private void limitations() {
      text.heading(2, "Limitations");
      text.item(
          "For any image it names classes that it knows, also if the image shows none of them.");
      text.item(
          "Nothing was recorded about single classes, groups of people or kinds of images: `googlenet"
              + " evaluate` shows each class on a data set of yours.");
      text.item(
          "Whether its probabilities are as often right as they say (calibration) was not recorded.");
      text.item(
          "Images have to be prepared as in its training: `predict` does so by `state.json`.");
      text.end();
    }

    private void files() {
      text.heading(2, "Files");
      text.row("file", "bytes", "SHA-256");
      text.row("---", "---:", "---");
      for (Map.Entry<String, Manifest.Blob> blob : model.blobs().expected().entrySet()) {
        if (TrainedModel.BLOBS.contains(blob.getKey())) {
          text.row(
              Markdown.code(blob.getKey()),
              number(blob.getValue().bytes()),
              Markdown.code(blob.getValue().sha256()));
        }
      }
      text.end();
      text.paragraph("SHA-256 of the parameters alone: " + label(Metadata.PARAMETERS) + ".");
      text.paragraph(
          "This page is one of the model's files: `manifest.json` has its checksum, so a change of it"
              + " is taken for damage. Edit a copy.");
    }

    private void row(String name, Object value) {
      text.row(name, value.toString());
    }

    private String key(String path, String otherwise) {
      return state.identity().getOrDefault(path, otherwise);
    }

    private String label(String name) {
      return Optional.ofNullable(model.metadata().labels().get(name))
          .map(Markdown::code)
          .orElse("unknown");
    }

    private static String known(Object value) {
      return value == null ? "unknown" : value.toString();
    }

    private static String number(Long value) {
      return value == null ? "unknown" : String.format(Locale.ROOT, "%,d", value);
    }
  }
}
