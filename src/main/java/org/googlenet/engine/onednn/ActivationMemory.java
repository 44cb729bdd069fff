package org.googlenet.engine.onednn;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.googlenet.engine.onednn.Operation.Tensor;

/**
 * One block of memory outside the Java heap, in which buffers that never live at the same time
 * share space.
 *
 * <p>The largest buffers are placed first, each at the lowest address that is free for its whole
 * lifetime: the greedy-by-size rule of Pisarchyk and Lee, "Efficient memory management for deep
 * neural net inference", 2020.
 */
final class ActivationMemory {

  /** A cache line, which is also the width of the widest vector register. */
  private static final long ALIGNMENT = 64;

  private final Pointer block;
  private final long base;
  private final long bytes;

  /**
   * Allocates the memory that {@link #place} asked for.
   *
   * @throws PlanTooLarge if the system does not have that much
   */
  ActivationMemory(long bytes) {
    this.bytes = bytes;
    this.block = Pointer.malloc(bytes + ALIGNMENT);
    if (block == null || block.isNull()) {
      throw new PlanTooLarge(bytes);
    }
    this.base = align(block.address());
    Pointer.memset(block, 0, bytes + ALIGNMENT);
  }

  /** Gives every planned buffer its offset, and returns the bytes needed in total. */
  static long place(List<Buffer> buffers) {
    List<Buffer> bySize = new ArrayList<>(buffers);
    bySize.sort(Comparator.comparingLong(Buffer::bytes).reversed().thenComparing(Buffer::first));
    List<Buffer> placed = new ArrayList<>();
    long needed = 0;
    for (Buffer buffer : bySize) {
      long offset = 0;
      for (Buffer other : placed) {
        if (other.offset() >= offset + align(buffer.bytes())) {
          break;
        }
        if (other.livesWith(buffer)) {
          offset = Math.max(offset, other.offset() + align(other.bytes()));
        }
      }
      buffer.place(offset);
      placed.add(buffer);
      placed.sort(Comparator.comparingLong(Buffer::offset));
      needed = Math.max(needed, offset + align(buffer.bytes()));
    }
    return needed;
  }

  /**
   * Where an operand begins, in this block or in a vector of the network's.
   *
   * @throws IllegalArgumentException if it does not lie within that vector
   */
  long address(Tensor tensor) {
    FlatMemory.requireInside(tensor);
    return tensor.buffer().address(base) + tensor.offset();
  }

  /** The fp32 values of an operand, where they lie. */
  FloatBuffer floats(Tensor tensor) {
    return new Floats(address(tensor), tensor.layout().bytes() / Float.BYTES).asBuffer();
  }

  /** fp32 values at an address. */
  private static final class Floats extends FloatPointer {
    Floats(long address, long values) {
      this.address = address;
      this.limit = values;
      this.capacity = values;
    }
  }

  long bytes() {
    return bytes;
  }

  /** Frees the block; to be called once. */
  void free() {
    Pointer.free(block);
  }

  private static long align(long value) {
    return (value + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
