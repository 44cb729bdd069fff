package org.googlenet.preflight;

/**
 * The memory that an executor should have for a training, in the form of Spark's settings.
 *
 * @param heap the least {@code spark.executor.memory}
 * @param beside the least {@code spark.executor.memoryOverhead}
 */
public record ExecutorMemory(String heap, String beside) {

  /** Spark does not start with a smaller heap than this, 1.5 times what it reserves for itself. */
  public static final long LEAST_HEAP = 450L << 20;
}
