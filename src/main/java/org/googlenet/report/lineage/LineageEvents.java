package org.googlenet.report.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.googlenet.report.TrainingEvent.DataUsed;
import org.googlenet.storage.Location;

/**
 * Makes the events of a training by OpenLineage's specification.
 *
 * @param namespace of the job
 * @param job its name
 * @param runId of this driver's work
 * @param parent what it is a part of
 * @param data what it reads
 * @param model path or URI of what it writes
 * @param spark version of Spark
 * @param version of this program
 */
record LineageEvents(
    String namespace,
    String job,
    String runId,
    Optional<ParentRun> parent,
    List<DataUsed> data,
    String model,
    String spark,
    String version) {

  private static final String SPEC = "https://openlineage.io/spec/";
  private static final String EVENT = SPEC + "2-0-2/OpenLineage.json#/$defs/RunEvent";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /**
   * An event.
   *
   * @param type {@code START}, {@code RUNNING}, {@code COMPLETE}, {@code FAIL} or {@code ABORT}
   * @param checkpoint the model's version; null if it has none yet
   * @param failure one line that says what failed; null if nothing did
   */
  ObjectNode event(String type, Instant time, String checkpoint, String failure) {
    ObjectNode event =
        JSON.objectNode()
            .put("eventTime", time.toString())
            .put("producer", producer())
            .put("schemaURL", EVENT)
            .put("eventType", type);
    event.set("run", run(failure));
    event.set("job", jobNode());
    event.set("inputs", inputs());
    event.putArray("outputs").add(dataset(model, checkpoint));
    return event;
  }

  /** A URI that names the program and its version. */
  private String producer() {
    return "urn:googlenet-spark:" + version;
  }

  private ObjectNode run(String failure) {
    ObjectNode run = JSON.objectNode().put("runId", runId);
    ObjectNode facets = run.putObject("facets");
    facets.set(
        "processing_engine",
        facet("facets/1-1-1/ProcessingEngineRunFacet")
            .put("name", "spark")
            .put("version", spark)
            .put("openlineageAdapterVersion", version));
    parent.ifPresent(above -> facets.set("parent", parent(above)));
    if (failure != null) {
      facets.set(
          "errorMessage",
          facet("facets/1-0-1/ErrorMessageRunFacet")
              .put("message", failure)
              .put("programmingLanguage", "JAVA"));
    }
    return run;
  }

  private ObjectNode parent(ParentRun above) {
    ObjectNode facet = facet("facets/1-2-0/ParentRunFacet");
    facet.setAll(ids(above));
    if (above.root() != null) {
      facet.set("root", ids(above.root()));
    }
    return facet;
  }

  private static ObjectNode ids(ParentRun other) {
    ObjectNode ids = JSON.objectNode();
    ids.putObject("run").put("runId", other.runId());
    ids.putObject("job").put("namespace", other.namespace()).put("name", other.name());
    return ids;
  }

  private ObjectNode jobNode() {
    ObjectNode node = JSON.objectNode().put("namespace", namespace).put("name", job);
    node.putObject("facets")
        .set(
            "jobType",
            facet("facets/2-0-4/JobTypeJobFacet")
                .put("processingType", "BATCH")
                .put("integration", "GOOGLENET")
                .put("jobType", "TRAINING"));
    return node;
  }

  private ArrayNode inputs() {
    ArrayNode inputs = JSON.arrayNode();
    data.forEach(used -> inputs.add(dataset(used.location(), used.fingerprint())));
    return inputs;
  }

  private ObjectNode dataset(String location, String version) {
    DatasetName name = DatasetName.of(location);
    ObjectNode node = JSON.objectNode().put("namespace", name.namespace()).put("name", name.name());
    ObjectNode facets = node.putObject("facets");
    facets.set(
        "dataSource",
        facet("facets/1-0-1/DatasourceDatasetFacet")
            .put("name", name.namespace())
            .put("uri", Location.of(location).text()));
    if (version != null) {
      facets.set(
          "version",
          facet("facets/1-0-1/DatasetVersionDatasetFacet").put("datasetVersion", version));
    }
    return node;
  }

  private ObjectNode facet(String schema) {
    String name = schema.substring(schema.lastIndexOf('/') + 1);
    return JSON.objectNode()
        .put("_producer", producer())
        .put("_schemaURL", SPEC + schema + ".json#/$defs/" + name);
  }
}
