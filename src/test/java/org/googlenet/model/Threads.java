package org.googlenet.model;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** ND4J's threads for these tests: its own default is four whatever the machine has. */
final class Threads {

  private Threads() {}

  static void two() {
    Nd4j.getExecutioner();
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(2);
  }
}
