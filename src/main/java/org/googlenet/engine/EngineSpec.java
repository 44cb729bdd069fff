package org.googlenet.engine;

import java.io.Serializable;

/**
 * All that decides which engine a task needs: two tasks with equal specifications may use the same
 * one in turn.
 *
 * @param configuration the network as the JSON of a DL4J {@code ComputationGraphConfiguration}
 * @param threads threads that a step or pass computes with
 */
public record EngineSpec(String configuration, int threads) implements Serializable {}
