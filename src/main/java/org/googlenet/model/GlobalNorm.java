package org.googlenet.model;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The L2 norm of a flat vector of millions of floats, summed so that it is fast and has the same
 * bits on any number of threads.
 *
 * <p>ND4J's norm adds in fp32, which is off by a thousandth at millions of values, and differently
 * for each number of threads. This one squares and adds in double. In a single sum each addition
 * would wait for the one before (15 ms for GoogLeNet, as long as the whole update). So the vector
 * is cut into blocks of a fixed size, each block has four sums of every fourth value, and these and
 * then the blocks are added in order. Threads may share the blocks among themselves in any way.
 */
public final class GlobalNorm {

  private static final int BLOCK = 1024;

  private final int values;
  private final double[] squares;

  /**
   * @param values length of the vectors to measure
   */
  public GlobalNorm(int values) {
    this.values = values;
    this.squares = new double[(values + BLOCK - 1) / BLOCK];
  }

  /** The norm of all values of a buffer. */
  public static double of(FloatBuffer vector) {
    GlobalNorm norm = new GlobalNorm(vector.limit());
    norm.measure(vector, 0, norm.blocks());
    return norm.value();
  }

  /** Number of blocks that a vector has. */
  public int blocks() {
    return squares.length;
  }

  /**
   * Measures some blocks of a vector; several threads may measure different blocks at the same
   * time.
   *
   * @param from first block
   * @param to block after the last
   */
  public void measure(FloatBuffer vector, int from, int to) {
    float[] block = new float[BLOCK];
    for (int i = from; i < to; i++) {
      int first = i * BLOCK;
      int length = Math.min(BLOCK, values - first);
      vector.get(first, block, 0, length);
      Arrays.fill(block, length, BLOCK, 0);
      squares[i] = squares(block);
    }
  }

  /** The norm, when all blocks have been measured. */
  public double value() {
    double sum = 0;
    for (double block : squares) {
      sum += block;
    }
    return Math.sqrt(sum);
  }

  private static double squares(float[] block) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    for (int i = 0; i < BLOCK; i += 4) {
      double value0 = block[i];
      double value1 = block[i + 1];
      double value2 = block[i + 2];
      double value3 = block[i + 3];
      sum0 += value0 * value0;
      sum1 += value1 * value1;
      sum2 += value2 * value2;
      sum3 += value3 * value3;
    }
    return sum0 + sum1 + sum2 + sum3;
  }
}
