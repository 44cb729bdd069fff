package org.googlenet.model;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** ND4J's threads for these tests: its own default is four whatever the machine has. */
final class Threads {

  private Threads() {}

  /**
   * Computes with one thread from here on in the calling thread. A second gains these tests little,
   * and on a busy machine the two wait for each other at every one of some thousand barriers a
   * step.
   */
  static void one() {
    Nd4j.getExecutioner(); // comes first: the native holder is empty before
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
  }
}
