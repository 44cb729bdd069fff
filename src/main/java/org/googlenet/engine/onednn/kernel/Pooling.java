package org.googlenet.engine.onednn.kernel;

import org.bytedeco.dnnl.global.dnnl.algorithm;

/** What a pool computes from its window. */
public enum Pooling {
  MAX(algorithm.pooling_max),
  AVERAGE(algorithm.pooling_avg_exclude_padding),
  AVERAGE_WITH_PADDING(algorithm.pooling_avg_include_padding);

  final algorithm code;

  Pooling(algorithm code) {
    this.code = code;
  }
}
