package org.googlenet.data.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.WireFormat;

/**
 * One feature of a {@code tf.train.Example}: the first of its bytes or numbers, which are left
 * where they lie.
 *
 * <p>After https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/example: an Example
 * has Features (1), these have a map (1) of names (1) to a Feature (2), which is a list (1) of
 * bytes (1), floats (2) or integers (3).
 */
final class TfFeature {

  private static final int BYTES = 1;
  private static final int INTEGERS = 3;

  private final byte[] example;
  private final int kind;
  private final int from;
  private final int to;

  /** Consecutive bytes of an Example. */
  record Part(int from, int to) {}

  private TfFeature(byte[] example, int kind, int from, int to) {
    this.example = example;
    this.kind = kind;
    this.from = from;
    this.to = to;
  }

  /**
   * The features of an Example by their names.
   *
   * @throws IOException if it is none
   */
  static Map<String, TfFeature> of(byte[] example) throws IOException {
    Map<String, TfFeature> features = new LinkedHashMap<>();
    each(
        example,
        new Part(0, example.length),
        1,
        map -> each(example, map, 1, entry -> put(example, entry, features)));
    return features;
  }

  private static void put(byte[] example, Part entry, Map<String, TfFeature> features)
      throws IOException {
    Part name = last(example, entry, 1);
    Part value = last(example, entry, 2);
    if (name == null || value == null) {
      return;
    }
    for (int kind = BYTES; kind <= INTEGERS; kind++) {
      Part list = last(example, value, kind);
      if (list != null) {
        String text =
            new String(example, name.from(), name.to() - name.from(), StandardCharsets.UTF_8);
        features.put(text, new TfFeature(example, kind, list.from(), list.to()));
      }
    }
  }

  /** Receives the parts that a message has under a number. */
  @FunctionalInterface
  private interface Parts {

    void part(Part part) throws IOException;
  }

  /** Passes on each part of a message that has a number, in their order. */
  private static void each(byte[] bytes, Part message, int number, Parts parts) throws IOException {
    int length = message.to() - message.from();
    CodedInputStream in = CodedInputStream.newInstance(bytes, message.from(), length);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      boolean isPart = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (!isPart) {
        in.skipField(tag);
        continue;
      }
      int size = in.readRawVarint32();
      int at = message.from() + in.getTotalBytesRead();
      in.skipRawBytes(size);
      if (WireFormat.getTagFieldNumber(tag) == number) {
        parts.part(new Part(at, at + size));
      }
    }
  }

  private static Part last(byte[] bytes, Part message, int number) throws IOException {
    Part[] last = new Part[1];
    each(bytes, message, number, part -> last[0] = part);
    return last[0];
  }

  boolean isNumber() {
    return kind == INTEGERS;
  }

  /** Whether it has a value that can be read as text. */
  boolean hasText() throws IOException {
    return kind == BYTES && firstBytes() != null;
  }

  /**
   * Its first value, which must be bytes.
   *
   * @param what it is for, for messages
   * @throws IllegalArgumentException if it has none; the message is the reason
   */
  Part bytes(String what) throws IOException {
    Part first = kind == BYTES ? firstBytes() : null;
    if (first == null) {
      throw new IllegalArgumentException(
          "its %s has no bytes; name another feature".formatted(what));
    }
    return first;
  }

  private Part firstBytes() throws IOException {
    Part[] first = new Part[1];
    each(example, new Part(from, to), 1, part -> first[0] = first[0] == null ? part : first[0]);
    return first[0];
  }

  /**
   * Its first value, as text: a number in decimal, or bytes as UTF-8.
   *
   * @param what it is for, for messages
   * @throws IllegalArgumentException if it has none; the message is the reason
   */
  String text(String what) throws IOException {
    if (kind == INTEGERS) {
      return number(what);
    }
    Part part = bytes(what);
    return new String(example, part.from(), part.to() - part.from(), StandardCharsets.UTF_8);
  }

  /** The first of a list of integers, which is packed or not. */
  private String number(String what) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(example, from, to - from);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      boolean isList = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (isList && in.readRawVarint32() == 0) {
        continue;
      }
      if (isList || WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
        return Long.toString(in.readInt64());
      }
      in.skipField(tag);
    }
    throw new IllegalArgumentException("its %s has no value; name another feature".formatted(what));
  }
}
