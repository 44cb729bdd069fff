package org.googlenet.engine.onednn.kernel;

import org.bytedeco.dnnl.global.dnnl.algorithm;

/** What is computed from two tensors, value by value; comparisons give 1 or 0. */
public enum Pairwise {
  SUM(algorithm.binary_add),
  DIFFERENCE(algorithm.binary_sub),
  PRODUCT(algorithm.binary_mul),
  QUOTIENT(algorithm.binary_div),
  MAXIMUM(algorithm.binary_max),
  AT_LEAST(algorithm.binary_ge),
  LESS(algorithm.binary_lt);

  final algorithm code;

  Pairwise(algorithm code) {
    this.code = code;
  }
}
