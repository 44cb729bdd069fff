package org.googlenet.architecture.wrong.model;

import org.apache.hadoop.fs.Path;

/** Breaks the package table on purpose: Hadoop is not in the row of model. */
public record ModelKnowsHadoop(Path path) {}
