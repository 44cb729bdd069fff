package org.googlenet.storage;

import java.util.Map;

/** S3 buckets through Hadoop's S3A, by {@code s3a:} URIs. */
public final class S3aScheme implements StorageScheme {

  @Override
  public String name() {
    return "s3a";
  }

  @Override
  public ObjectStore open(String location, Map<String, String> properties) {
    return HadoopStore.open(location, properties);
  }
}
