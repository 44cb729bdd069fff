package org.googlenet.engine.onednn.kernel;

/** Local response normalisation across channels: {@code x / (k + alpha * sum)^beta}. */
public record Normalisation(long size, double alpha, double beta, double k) {}
