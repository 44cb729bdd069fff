package org.googlenet.engine.onednn.kernel;

import org.bytedeco.dnnl.memory;

/** Type of a tensor's values. */
public enum ValueType {
  F32(memory.data_type.f32, 4),
  BF16(memory.data_type.bf16, 2);

  final memory.data_type code;
  private final int bytes;

  ValueType(memory.data_type code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }
}
