package org.googlenet.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A message of Protocol Buffers in bytes that stay where they are: its fields are found by their
 * numbers each time that they are asked for, so that a hostile one costs no more memory than a good
 * one.
 *
 * <p>Caffe's and ONNX's files are such messages; the classes that their compilers make would copy
 * all weights, and trust lengths.
 */
final class ProtoMessage {

  /** GoogLeNet's largest graph has some thousand nodes. */
  private static final int MOST_MESSAGES = 1 << 20;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final ByteBuffer bytes;

  ProtoMessage(ByteBuffer bytes) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** One field while a message is gone through: a number, or the bytes in {@code [from, to)}. */
  private record Field(int number, int type, long value, int from, int to) {

    boolean is(int otherNumber, int otherType) {
      return number == otherNumber && type == otherType;
    }
  }

  /** Goes through the fields, once. */
  private final class Cursor {

    private int at;

    boolean isAtEnd() {
      return at >= bytes.limit();
    }

    Field next() {
      long tag = varint();
      int type = (int) tag & 7;
      long number = tag >>> 3;
      if (number < 1 || number > 1 << 29) {
        throw new IllegalArgumentException("field " + number);
      }
      return switch (type) {
        case VARINT -> new Field((int) number, type, varint(), at, at);
        case FIXED64 -> skipped((int) number, type, Long.BYTES);
        case FIXED32 -> skipped((int) number, type, Float.BYTES);
        case BYTES -> skipped((int) number, type, varint());
        default -> throw new IllegalArgumentException("wire type " + type);
      };
    }

    private Field skipped(int number, int type, long length) {
      if (length < 0 || length > bytes.limit() - at) {
        throw new IllegalArgumentException("field " + number + " of " + length + " bytes");
      }
      int from = at;
      at += (int) length;
      return new Field(number, type, 0, from, at);
    }

    long varint() {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        if (isAtEnd()) {
          throw new IllegalArgumentException("it ends early");
        }
        byte next = bytes.get(at++);
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw new IllegalArgumentException("a number of more than 64 bits");
    }
  }

  /** Whether all its bytes are fields, and what their numbers say is a message of a kind. */
  boolean isWellFormed() {
    try {
      for (Cursor cursor = new Cursor(); !cursor.isAtEnd(); ) {
        cursor.next();
      }
      return bytes.limit() > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** A number; the last one counts. */
  Optional<Long> number(int field) {
    Optional<Long> found = Optional.empty();
    for (Cursor cursor = new Cursor(); !cursor.isAtEnd(); ) {
      Field next = cursor.next();
      if (next.is(field, VARINT)) {
        found = Optional.of(next.value());
      }
    }
    return found;
  }

  /** A number of 32 bits with a point. */
  Optional<Float> real(int field) {
    Optional<Float> found = Optional.empty();
    for (Cursor cursor = new Cursor(); !cursor.isAtEnd(); ) {
      Field next = cursor.next();
      if (next.is(field, FIXED32)) {
        found = Optional.of(bytes.getFloat(next.from()));
      }
    }
    return found;
  }

  /** Bytes; the last ones count. */
  Optional<ByteBuffer> bytes(int field) {
    List<ByteBuffer> all = all(field);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /** A text; empty if there is none. */
  String text(int field) {
    return bytes(field).map(ProtoMessage::utf8).orElse("");
  }

  /** All texts of a repeated field. */
  List<String> texts(int field) {
    return all(field).stream().map(ProtoMessage::utf8).toList();
  }

  private static String utf8(ByteBuffer text) {
    return StandardCharsets.UTF_8.decode(text.duplicate()).toString();
  }

  /** A message in this one. */
  Optional<ProtoMessage> message(int field) {
    return bytes(field).map(ProtoMessage::new);
  }

  /** All messages of a repeated field. */
  List<ProtoMessage> messages(int field) {
    return all(field).stream().map(ProtoMessage::new).toList();
  }

  private List<ByteBuffer> all(int field) {
    List<ByteBuffer> all = new ArrayList<>();
    for (Cursor cursor = new Cursor(); !cursor.isAtEnd(); ) {
      Field next = cursor.next();
      if (next.is(field, BYTES)) {
        all.add(slice(next));
        requireAtMost(MOST_MESSAGES, all.size(), field);
      }
    }
    return all;
  }

  private ByteBuffer slice(Field field) {
    return bytes.slice(field.from(), field.to() - field.from()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void requireAtMost(int most, int count, int field) {
    if (count > most) {
      throw new IllegalArgumentException("field " + field + " is there " + count + " times");
    }
  }

  /** Whole numbers of a repeated field, packed or not; refuses more than so many. */
  List<Long> numbers(int field, int most) {
    List<Long> numbers = new ArrayList<>();
    forEachNumber(
        field,
        number -> {
          requireAtMost(most, numbers.size() + 1, field);
          numbers.add(number);
        });
    return numbers;
  }

  /** Goes through the whole numbers of a repeated field, packed or not. */
  void forEachNumber(int field, LongConsumer to) {
    for (Cursor cursor = new Cursor(); !cursor.isAtEnd(); ) {
      Field next = cursor.next();
      if (next.is(field, VARINT)) {
        to.accept(next.value());
      } else if (next.is(field, BYTES)) {
        Cursor packed = new ProtoMessage(slice(next)).new Cursor();
        while (!packed.isAtEnd()) {
          to.accept(packed.varint());
        }
      }
    }
  }

  /** How many fixed-size values a repeated field has, packed or not. */
  int count(int field, int width) {
    int count = 0;
    for (Cursor cursor = new Cursor(); !cursor.isAtEnd(); ) {
      Field next = cursor.next();
      if (next.number() == field) {
        count += (next.to() - next.from()) / width;
      }
    }
    return count;
  }

  /** The values of a repeated field of this type, packed or not. */
  float[] reals(int field, ElementType type) {
    float[] values = new float[count(field, type.bytes())];
    int next = 0;
    for (Cursor cursor = new Cursor(); !cursor.isAtEnd(); ) {
      Field each = cursor.next();
      if (each.number() == field) {
        ByteBuffer data = slice(each);
        for (int i = 0; i < data.limit() / type.bytes(); i++) {
          values[next++] = type.get(data, i);
        }
      }
    }
    return values;
  }
}
