package org.googlenet.engine.onednn;

import org.googlenet.engine.onednn.kernel.Window;

/** Says how a window moves over a map, whose size is known only when a plan is compiled. */
interface WindowRule {

  /**
   * The window on a map of this size.
   *
   * @throws org.googlenet.engine.onednn.kernel.RefusedShape if it does not fit
   */
  Window on(long height, long width);

  /** The window on a value's maps. */
  default Window on(Value x) {
    return on(x.shape[2], x.shape[3]);
  }
}
