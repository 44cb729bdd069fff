package org.googlenet.storage;

import java.util.Map;

/** Storage in HDFS, by {@code hdfs:} URIs. */
public final class HdfsScheme implements StorageScheme {

  @Override
  public String name() {
    return "hdfs";
  }

  @Override
  public ObjectStore open(String location, Map<String, String> properties) {
    return HadoopStore.open(location, properties);
  }
}
