package org.googlenet.engine.onednn.kernel;

import org.bytedeco.dnnl.global.dnnl.algorithm;

/** Which algorithm a convolution uses. */
public enum Algorithm {
  DIRECT(algorithm.convolution_direct),
  WINOGRAD(algorithm.convolution_winograd),
  /** What the library's own rule chooses for the shape. */
  AUTO(algorithm.convolution_auto);

  final algorithm code;

  Algorithm(algorithm code) {
    this.code = code;
  }
}
