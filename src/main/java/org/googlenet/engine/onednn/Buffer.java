package org.googlenet.engine.onednn;

/**
 * Memory that a plan's operations read and write: a part of the plan's own memory with a lifetime
 * in operations, or a fixed address outside it.
 */
final class Buffer {

  private final String name;
  private final long bytes;
  private final boolean planned;
  private final long fixedAddress;
  private int first = Integer.MAX_VALUE;
  private int last = -1;
  private long offset = -1;

  private Buffer(String name, long bytes, boolean planned, long fixedAddress) {
    this.name = name;
    this.bytes = bytes;
    this.planned = planned;
    this.fixedAddress = fixedAddress;
  }

  /** A buffer to be placed in the plan's memory. */
  static Buffer planned(String name, long bytes) {
    return new Buffer(name, bytes, true, 0);
  }

  /** A buffer of this many bytes that already has an address. */
  static Buffer fixed(String name, long address, long bytes) {
    return new Buffer(name, bytes, false, address);
  }

  String name() {
    return name;
  }

  long bytes() {
    return bytes;
  }

  boolean isPlanned() {
    return planned;
  }

  /** Notes that its values are needed at an operation. */
  void usedAt(int operation) {
    first = Math.min(first, operation);
    last = Math.max(last, operation);
  }

  int first() {
    return first;
  }

  int last() {
    return last;
  }

  boolean livesWith(Buffer other) {
    return first <= other.last && other.first <= last;
  }

  void place(long at) {
    offset = at;
  }

  long offset() {
    return offset;
  }

  /** Its address, once it is placed in memory that begins at {@code base}. */
  long address(long base) {
    return isPlanned() ? base + offset : fixedAddress;
  }
}
