package org.googlenet.architecture.wrong.common;

import org.googlenet.architecture.wrong.model.ModelKnowsHadoop;

/** Breaks the package table on purpose: model is above common. */
public record CommonKnowsModel(ModelKnowsHadoop model) {}
