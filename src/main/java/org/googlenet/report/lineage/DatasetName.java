package org.googlenet.report.lineage;

import org.googlenet.storage.Location;

/**
 * A data set as OpenLineage names it, so that other jobs' events mean the same one.
 *
 * @see <a href="https://openlineage.io/docs/spec/naming">OpenLineage's naming</a>
 */
record DatasetName(String namespace, String name) {

  /** The name of a path or URI. */
  static DatasetName of(String location) {
    Location place = Location.of(location);
    String store = place.store().replaceFirst("^(?i)s3[an]:", "s3:");
    if (store.isEmpty()) {
      return new DatasetName("file", place.path());
    }
    boolean isBucket = store.matches("(?i)(s3|gs|wasbs?):.*");
    return new DatasetName(
        store.replaceFirst(":(//)?$", ""),
        isBucket && !place.isRoot() ? place.path().substring(1) : place.path());
  }
}
