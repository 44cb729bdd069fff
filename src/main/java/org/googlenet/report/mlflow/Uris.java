package org.googlenet.report.mlflow;

import org.googlenet.storage.Location;

/** Places as MLflow names them. */
final class Uris {

  private Uris() {}

  /** A path, or a URI; S3 is S3, whichever client reads it. */
  static String of(Location location) {
    return location.text().replaceFirst("^(?i)s3[an]:", "s3:");
  }

  /**
   * The source of a model version. MLflow refuses paths, and some schemes, of which it reads files;
   * ours it keeps as they are.
   */
  static String source(Location location) {
    String uri = of(location);
    return uri.startsWith("s3:") ? uri : "googlenet:" + uri;
  }
}
