package org.googlenet.model;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** ND4J's threads for these tests: its own default is four whatever the machine has. */
final class Threads {

  private Threads() {}

  /** Small maps gain nothing from a second thread, and lose much on a busy machine. */
  static void one() {
    set(1);
  }

  static void two() {
    set(2);
  }

  /** ND4J itself comes first: its native holder is empty before. */
  private static void set(int threads) {
    Nd4j.getExecutioner();
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
  }
}
