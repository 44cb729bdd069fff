package org.googlenet.architecture.wrong.storage;

import org.apache.hadoop.fs.Path;

/** Keeps to the package table, for the others to break it: Hadoop is in the row of storage. */
public record StorageKnowsHadoop(Path path) {

  Path[][] arraysOfAnAllowedClassAreAllowed() {
    return new Path[][] {{path}};
  }
}
