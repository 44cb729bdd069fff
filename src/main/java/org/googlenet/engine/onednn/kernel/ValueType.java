package org.googlenet.engine.onednn.kernel;

import org.bytedeco.dnnl.memory;

/** Type of a tensor's values. */
public enum ValueType {
  F32(memory.data_type.f32),
  BF16(memory.data_type.bf16);

  final memory.data_type code;

  ValueType(memory.data_type code) {
    this.code = code;
  }
}
