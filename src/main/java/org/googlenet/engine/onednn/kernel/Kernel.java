package org.googlenet.engine.onednn.kernel;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.javacpp.BytePointer;

/** A primitive without memory: what it does and how its arguments lie. */
public final class Kernel {

  final Primitives owner;
  final String kind;
  final primitive_desc_base descriptor;
  final primitive code;
  final Map<Integer, Layout> layouts = new LinkedHashMap<>();

  Kernel(Primitives owner, String kind, primitive_desc_base descriptor, primitive code) {
    this.owner = owner;
    this.kind = kind;
    this.descriptor = descriptor;
    this.code = code;
  }

  /** What it does: {@code convolution}, {@code pool-back} ... */
  public String kind() {
    return kind;
  }

  /** The library's name for the code that does it. */
  public String implementation() {
    owner.requireOpen();
    try (BytePointer name = descriptor.impl_info_str()) {
      return name.getString();
    }
  }

  /** Whether it has an argument of this number. */
  public boolean takes(int argument) {
    return layouts.containsKey(argument);
  }

  /**
   * How the values of an argument lie.
   *
   * @throws IllegalArgumentException if it has none of this number
   */
  public Layout layout(int argument) {
    Layout layout = layouts.get(argument);
    if (layout == null) {
      throw new IllegalArgumentException(
          kind + " takes the arguments " + layouts.keySet() + ", not " + argument);
    }
    return layout;
  }
}
