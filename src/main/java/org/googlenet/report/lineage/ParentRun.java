package org.googlenet.report.lineage;

import java.util.Map;
import java.util.Optional;

/**
 * A run of somebody else, such as a task of a scheduler, that a training is a part of.
 *
 * @param root the run that this one is a part of, as the run of a DAG; may be null
 */
record ParentRun(String namespace, String name, String runId, ParentRun root) {

  private static final String SPARK = "spark.openlineage.";

  /**
   * The parent that a training was started with.
   *
   * @param properties of Spark: Airflow's provider sets {@code spark.openlineage.parentRunId} and
   *     five more
   * @param environment may have {@code OPENLINEAGE_PARENT_ID} and {@code
   *     OPENLINEAGE_ROOT_PARENT_ID}, each {@code namespace/name/run id}
   */
  static Optional<ParentRun> of(Map<String, String> properties, Map<String, String> environment) {
    Optional<ParentRun> bySpark = bySpark(properties);
    return bySpark.isPresent()
        ? bySpark
        : parsed(environment.get("OPENLINEAGE_PARENT_ID"))
            .map(
                parent ->
                    parent.below(
                        parsed(environment.get("OPENLINEAGE_ROOT_PARENT_ID")).orElse(null)));
  }

  private static Optional<ParentRun> bySpark(Map<String, String> properties) {
    Optional<ParentRun> root =
        whole(
            properties.get(SPARK + "rootParentJobNamespace"),
            properties.get(SPARK + "rootParentJobName"),
            properties.get(SPARK + "rootParentRunId"));
    return whole(
            properties.get(SPARK + "parentJobNamespace"),
            properties.get(SPARK + "parentJobName"),
            properties.get(SPARK + "parentRunId"))
        .map(parent -> parent.below(root.orElse(null)));
  }

  private ParentRun below(ParentRun above) {
    return new ParentRun(namespace, name, runId, above);
  }

  /** A namespace may have slashes in it. */
  private static Optional<ParentRun> parsed(String id) {
    if (id == null) {
      return Optional.empty();
    }
    int last = id.lastIndexOf('/');
    int first = id.lastIndexOf('/', last - 1);
    return first < 1
        ? Optional.empty()
        : whole(id.substring(0, first), id.substring(first + 1, last), id.substring(last + 1));
  }

  private static Optional<ParentRun> whole(String namespace, String name, String runId) {
    return isText(namespace) && isText(name) && isText(runId)
        ? Optional.of(new ParentRun(namespace, name, runId, null))
        : Optional.empty();
  }

  private static boolean isText(String text) {
    return text != null && !text.isBlank();
  }
}
