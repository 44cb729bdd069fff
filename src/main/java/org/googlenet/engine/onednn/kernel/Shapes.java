package org.googlenet.engine.onednn.kernel;

/** Shapes of the arguments of a convolution or pool. */
record Shapes(long[] source, long out, Window window) {

  long[] weights() {
    return new long[] {out, source[1], window.kernel()[0], window.kernel()[1]};
  }

  long[] destination() {
    return new long[] {source[0], out, window.out(source[2], 0), window.out(source[3], 1)};
  }
}
