package org.googlenet.engine.onednn.kernel;

import org.bytedeco.dnnl.memory;

/** A tensor's shape, and how its values lie in memory. */
public final class Layout {

  private final Primitives owner;
  final memory.desc form;
  final long[] shape;

  Layout(Primitives owner, memory.desc form, long[] shape) {
    this.owner = owner;
    this.form = form;
    this.shape = shape.clone();
  }

  /** Its size in memory. */
  public long bytes() {
    owner.requireOpen();
    return form.get_size();
  }

  ValueType type() {
    owner.requireOpen();
    return form.data_type() == ValueType.BF16.code ? ValueType.BF16 : ValueType.F32;
  }

  /** Its dimensions. */
  public long[] shape() {
    return shape.clone();
  }

  /** Whether the values of both lie in the same way. */
  public boolean sameAs(Layout other) {
    requireOpen();
    other.requireOpen();
    return form.equals(other.form);
  }

  /** Checks that it has not been freed. */
  void requireOpen() {
    owner.requireOpen();
  }
}
