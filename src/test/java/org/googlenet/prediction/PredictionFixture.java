package org.googlenet.prediction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.googlenet.LocalSpark;
import org.googlenet.data.format.Fields;
import org.googlenet.data.image.Images;
import org.googlenet.engine.Engines;
import org.googlenet.evaluation.FreshModel;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Predicts small data with a network that has learnt nothing, and reads the rows back. */
abstract class PredictionFixture {

  static final Stores STORES = new Stores(Map.of());
  private static final ObjectMapper JSON = new ObjectMapper();

  static TrainedModel model;

  @TempDir Path folder;

  @BeforeAll
  static void makeModel() {
    model = FreshModel.make();
  }

  @AfterAll
  static void closeEngines() {
    Engines.closeIdle();
  }

  static PredictionJob.Options options(Object data, Object output) {
    return new PredictionJob.Options(
        data.toString(), Fields.DEFAULT, output.toString(), RowFormat.JSONL, 3, false, 2);
  }

  static PredictionReport predict(Stores stores, PredictionJob.Options options) {
    return new PredictionJob(LocalSpark.context(), stores, line -> {})
        .run(options, model, FreshModel.spec(model, 4));
  }

  PredictionReport predict(Object data) {
    return predict(STORES, options(data, folder.resolve("out")));
  }

  /** Writes a file and the folders above it. */
  Path write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  void writeImages(String... names) throws IOException {
    for (int i = 0; i < names.length; i++) {
      write(names[i], Images.jpeg(70 + i, 66, i));
    }
  }

  /** The rows of all parts of JSON lines, in their order. */
  static List<JsonNode> rows(ObjectStore store) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (ObjectStore.Entry entry : store.list("")) {
      if (entry.name().endsWith(".jsonl")) {
        String text = new String(store.readBytes(entry.name(), 1 << 20), StandardCharsets.UTF_8);
        for (String line : text.lines().toList()) {
          rows.add(JSON.readTree(line));
        }
      }
    }
    return rows;
  }

  List<JsonNode> rows() throws IOException {
    return rows(STORES.open(folder.resolve("out").toString()));
  }

  static List<String> texts(List<JsonNode> rows, String field) {
    return rows.stream()
        .map(row -> row.get(field))
        .map(value -> value.isNull() ? "-" : value.asText())
        .toList();
  }

  /** Names of all objects below an output, with their content. */
  static Map<String, String> contents(ObjectStore store) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    for (ObjectStore.Entry entry : store.list("")) {
      byte[] bytes = store.readBytes(entry.name(), 1 << 20);
      contents.put(entry.name(), new String(bytes, StandardCharsets.ISO_8859_1));
    }
    return contents;
  }
}
