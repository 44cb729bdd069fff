package org.googlenet.architecture.wrong.model;

import org.googlenet.architecture.wrong.storage.StorageKnowsHadoop;

/** Breaks the package table on purpose: storage is on the floor of model. */
public record ModelKnowsStorage(StorageKnowsHadoop store) {}
