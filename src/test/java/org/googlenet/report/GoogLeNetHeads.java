package org.googlenet.report;

import org.googlenet.model.GoogLeNet;

/** Figures of GoogLeNet's three heads, for tests. */
public final class GoogLeNetHeads {

  private GoogLeNetHeads() {}

  /** In the order main, aux1, aux2; those that are left out are not known. */
  public static HeadValues heads(double... values) {
    return HeadValues.of(GoogLeNet.HEADS, values);
  }
}
