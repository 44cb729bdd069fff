package org.googlenet.architecture.wrong.config;

import org.googlenet.architecture.wrong.model.ModelKnowsHadoop;

/** Breaks the package table on purpose: model is above config. */
public record ConfigKnowsModel(ModelKnowsHadoop model) {}
