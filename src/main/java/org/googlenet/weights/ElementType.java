package org.googlenet.weights;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The floating-point types that tensors are read from, each converted to fp32: half precision and
 * bfloat16 exactly, double precision rounded.
 */
enum ElementType {
  FLOAT16(2, "F16", "HalfStorage", 10),
  BFLOAT16(2, "BF16", "BFloat16Storage", 16),
  FLOAT32(4, "F32", "FloatStorage", 1),
  FLOAT64(8, "F64", "DoubleStorage", 11);

  private final int bytes;
  private final String safetensors;
  private final String torch;
  private final int onnx;

  ElementType(int bytes, String safetensors, String torch, int onnx) {
    this.bytes = bytes;
    this.safetensors = safetensors;
    this.torch = torch;
    this.onnx = onnx;
  }

  /** Bytes of one value. */
  int bytes() {
    return bytes;
  }

  /** The type that a header of safetensors calls so; empty for any that is not floating point. */
  static Optional<ElementType> ofSafetensors(String dtype) {
    return Arrays.stream(values()).filter(type -> type.safetensors.equals(dtype)).findFirst();
  }

  /** The type of PyTorch's storage class of this name. */
  static Optional<ElementType> ofTorch(String storage) {
    return Arrays.stream(values()).filter(type -> type.torch.equals(storage)).findFirst();
  }

  /** The type of this number in ONNX's {@code TensorProto.DataType}. */
  static Optional<ElementType> ofOnnx(long number) {
    return Arrays.stream(values()).filter(type -> type.onnx == number).findFirst();
  }

  /** The value at an index, of little-endian data. */
  float get(ByteBuffer data, int index) {
    return switch (this) {
      case FLOAT16, BFLOAT16 -> of(data.getShort(index * bytes));
      case FLOAT32 -> data.getFloat(index * bytes);
      case FLOAT64 -> (float) data.getDouble(index * bytes);
    };
  }

  /** The value that 16 bits mean; of a type that has as many. */
  float of(short bits) {
    return switch (this) {
      case FLOAT16 -> half(bits);
      case BFLOAT16 -> Float.intBitsToFloat(bits << 16);
      default -> throw new IllegalStateException(this + " has " + bytes + " bytes");
    };
  }

  /** IEEE 754 binary16 to binary32, exactly. */
  static float half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24f;
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Float.intBitsToFloat(((exponent + 112) << 23) | (fraction << 13));
        };
    return bits < 0 ? -magnitude : magnitude;
  }
}
