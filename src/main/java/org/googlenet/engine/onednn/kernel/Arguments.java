package org.googlenet.engine.onednn.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MULTIPLE_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;

/** Numbers of a kernel's arguments, as the library has them. */
public final class Arguments {

  public static final int SOURCE = DNNL_ARG_SRC;

  public static final int SOURCE_0 = DNNL_ARG_SRC_0;
  public static final int SOURCE_1 = DNNL_ARG_SRC_1;
  public static final int WEIGHTS = DNNL_ARG_WEIGHTS;
  public static final int BIAS = DNNL_ARG_BIAS;
  public static final int DESTINATION = DNNL_ARG_DST;
  public static final int MEAN = DNNL_ARG_MEAN;
  public static final int VARIANCE = DNNL_ARG_VARIANCE;
  public static final int WORKSPACE = DNNL_ARG_WORKSPACE;
  public static final int SCRATCHPAD = DNNL_ARG_SCRATCHPAD;
  public static final int SOURCE_GRADIENT = DNNL_ARG_DIFF_SRC;
  public static final int DESTINATION_GRADIENT = DNNL_ARG_DIFF_DST;
  public static final int WEIGHTS_GRADIENT = DNNL_ARG_DIFF_WEIGHTS;
  public static final int BIAS_GRADIENT = DNNL_ARG_DIFF_BIAS;

  /** Number of the i-th source of a kernel that takes a list of them, from 0. */
  public static int source(int i) {
    if (i < 0) {
      throw new IllegalArgumentException("source " + i + ": they are counted from 0");
    }
    return DNNL_ARG_MULTIPLE_SRC + i;
  }

  private Arguments() {}
}
