package org.googlenet.averaging;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.recipe.Recipe.Compression;

/**
 * How two vectors of one state, parameters and momentum, are cut into pieces that travel and are
 * summed by themselves: piece k has the k-th part of both.
 *
 * @param parameters number of values of the one vector
 * @param momentum of the other
 * @param size values of a piece in each of them, but for the last
 */
record Pieces(int parameters, int momentum, int size) implements Serializable {

  /** A piece of both vectors is then 4 MiB in fp32. */
  private static final int LARGEST = 1 << 19;

  /** Smaller pieces would take longer to ask for than to send. */
  private static final int SMALLEST = 1 << 15;

  /**
   * Cuts into pieces that can be shared evenly.
   *
   * @param owners of the pieces, each with as many as the others
   * @param threads of an owner
   */
  static Pieces of(int parameters, int momentum, int owners, int threads) {
    int longest = Math.max(parameters, momentum);
    int each = Math.max(threads, ceil(longest, (long) owners * LARGEST));
    int size = Math.max(SMALLEST, ceil(longest, (long) owners * each));
    return new Pieces(parameters, momentum, ceil(size, Packing.BLOCK) * Packing.BLOCK);
  }

  private static int ceil(long value, long divisor) {
    return (int) ((value + divisor - 1) / divisor);
  }

  /** The number of pieces. */
  int count() {
    return ceil(Math.max(parameters, momentum), size);
  }

  Part ofParameters(int piece) {
    return part(piece, parameters);
  }

  Part ofMomentum(int piece) {
    return part(piece, momentum);
  }

  /** The bytes of a piece of both vectors. */
  int bytes(int piece, Compression format) {
    return Packing.bytes(ofParameters(piece).length(), format)
        + Packing.bytes(ofMomentum(piece).length(), format);
  }

  /** A piece of both vectors as it travels. */
  ByteBuffer pack(int piece, float[] ofParameters, float[] ofMomentum, Compression format) {
    ByteBuffer bytes = ByteBuffer.allocate(bytes(piece, format));
    Part part = ofParameters(piece);
    Packing.pack(ofParameters, part.from(), part.to(), format, bytes);
    part = ofMomentum(piece);
    Packing.pack(ofMomentum, part.from(), part.to(), format, bytes);
    return bytes.flip();
  }

  /** Unpacks a piece of both vectors to where it belongs. */
  void unpack(
      int piece, InputStream in, float[] ofParameters, float[] ofMomentum, Compression format)
      throws IOException {
    Packing.Reader reader = new Packing.Reader(in, format);
    Part part = ofParameters(piece);
    reader.read(ofParameters, part.from(), part.length());
    part = ofMomentum(piece);
    reader.read(ofMomentum, part.from(), part.length());
  }

  private Part part(int piece, int length) {
    long from = (long) piece * size;
    return new Part((int) Math.min(length, from), (int) Math.min(length, from + size));
  }

  /** The owner of a piece, if these are numbered from 0. */
  int owner(int piece, int owners) {
    return (int) ((long) piece * owners / count());
  }

  /** The pieces of an owner, in their order. */
  List<Integer> of(int owner, int owners) {
    List<Integer> own = new ArrayList<>();
    for (int piece = 0; piece < count(); piece++) {
      if (owner(piece, owners) == owner) {
        own.add(piece);
      }
    }
    return own;
  }

  /** A part of a vector, from one value to another (excluded). */
  record Part(int from, int to) {

    int length() {
      return to - from;
    }
  }
}
