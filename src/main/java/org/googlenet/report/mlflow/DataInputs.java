package org.googlenet.report.mlflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.googlenet.report.TrainingEvent.DataUsed;
import org.googlenet.storage.Location;

/** The data sets of a training as MLflow keeps those of a run. */
final class DataInputs {

  /** The most characters of a data set's digest. */
  private static final int DIGEST = 36;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private DataInputs() {}

  static ArrayNode of(List<DataUsed> data) {
    ArrayNode inputs = JSON.arrayNode();
    data.forEach(
        used -> {
          ObjectNode input = inputs.addObject();
          input
              .putArray("tags")
              .addObject()
              .put("key", "mlflow.data.context")
              .put("value", used.role());
          input.set("dataset", dataset(used));
        });
    return inputs;
  }

  private static ObjectNode dataset(DataUsed used) {
    Location location = Location.of(used.location());
    boolean isLocal = location.store().isEmpty();
    String uri = Uris.of(location);
    return JSON.objectNode()
        .put("name", Tags.cut(location.isRoot() ? used.role() : location.name(), Tags.LONGEST_KEY))
        .put("digest", Tags.cut(used.fingerprint(), DIGEST))
        .put("source_type", isLocal ? "local" : uri.substring(0, uri.indexOf(':')))
        .put("source", JSON.objectNode().put("uri", uri).toString())
        .put(
            "profile",
            JSON.objectNode()
                .put("num_rows", used.records())
                .put("num_classes", used.classes().size())
                .toString());
  }
}
