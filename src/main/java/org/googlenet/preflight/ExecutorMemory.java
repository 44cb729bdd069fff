package org.googlenet.preflight;

/**
 * The memory that an executor should be given for a training, as Spark's settings have it.
 *
 * @param heap {@code spark.executor.memory}, at least
 * @param beside {@code spark.executor.memoryOverhead}, at least
 */
public record ExecutorMemory(String heap, String beside) {

  /** With a smaller heap Spark does not start: one and a half times what it keeps for itself. */
  public static final long LEAST_HEAP = 450L << 20;
}
