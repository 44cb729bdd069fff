package org.googlenet.weights;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the pickle of a PyTorch state dict without executing anything: a machine that knows only
 * the opcodes and the few globals that such a pickle is made of, and refuses all else by name.
 *
 * <p>Values become Java's own: {@code Long}, {@code Double}, {@code Boolean}, {@code String},
 * {@code List} for lists and tuples, {@code Map} for dictionaries, {@link Tensor}; {@code None} is
 * {@link #NONE}. Of dictionaries only what has a text as its key is kept. Opcodes after Python's
 * {@code pickletools}.
 */
final class Pickle {

  /** Python's {@code None}. */
  static final Object NONE = new Object();

  private static final Object MARK = new Object();

  /** Something with a module and a name; only its name is ever used. */
  record Global(String module, String name) {

    boolean is(String otherModule, String otherName) {
      return module.equals(otherModule) && name.equals(otherName);
    }

    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  /** What the file beside the pickle has, and what its few functions make of it. */
  interface World {

    /** The object that a persistent id stands for. */
    Object persistent(List<?> id);

    /**
     * The result of a call.
     *
     * @throws WeightsProblem if the function is not one that state dicts use
     */
    Object call(Global function, List<?> arguments);

    /**
     * Refuses a global that state dicts do not use.
     *
     * @throws WeightsProblem if it is not one of theirs
     */
    void require(Global global);
  }

  private final ByteBuffer code;
  private final World world;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private Pickle(ByteBuffer code, World world) {
    this.code = code.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.world = world;
  }

  /**
   * The value of a pickle.
   *
   * @throws WeightsProblem if it needs an opcode or global that state dicts do not use
   * @throws IllegalArgumentException if it is damaged
   */
  static Object read(ByteBuffer code, World world) {
    try {
      return new Pickle(code, world).run();
    } catch (BufferUnderflowException | ClassCastException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("it ends early or contradicts itself", e);
    }
  }

  private Object run() {
    while (true) {
      int opcode = code.get() & 0xff;
      if (opcode == '.') {
        return pop();
      }
      if (!isStructure(opcode) && !isMemo(opcode)) {
        push(scalar(opcode));
      }
    }
  }

  /** Opcodes that take values from the stack. */
  private boolean isStructure(int opcode) {
    switch (opcode) {
      case 0x80 -> code.get(); // PROTO
      case 0x95 -> code.getLong(); // FRAME
      case '(' -> push(MARK);
      case '0' -> pop();
      case 't' -> push(marked());
      case 0x85 -> push(popped(1)); // TUPLE1
      case 0x86 -> push(popped(2)); // TUPLE2
      case 0x87 -> push(popped(3)); // TUPLE3
      case 's' -> put(popped(2));
      case 'u' -> put(marked());
      case 'a' -> append(popped(1));
      case 'e' -> append(marked());
      case 'R' -> call();
      case 'b' -> build();
      case 'Q' -> push(world.persistent((List<?>) pop()));
      case 0x93 -> { // STACK_GLOBAL
        List<Object> names = popped(2);
        push(global((String) names.get(0), (String) names.get(1)));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean isMemo(int opcode) {
    switch (opcode) {
      case 'q' -> memo.put(code.get() & 0xff, top());
      case 'r' -> memo.put(code.getInt(), top());
      case 0x94 -> memo.put(memo.size(), top()); // MEMOIZE
      case 'h' -> push(remembered(code.get() & 0xff));
      case 'j' -> push(remembered(code.getInt()));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Opcodes that push a new value. */
  private Object scalar(int opcode) {
    return switch (opcode) {
      case 'N' -> NONE;
      case 0x88 -> true;
      case 0x89 -> false;
      case 'K' -> (long) (code.get() & 0xff);
      case 'M' -> (long) (code.getShort() & 0xffff);
      case 'J' -> (long) code.getInt();
      case 0x8a -> longOf(code.get() & 0xff); // LONG1
      case 'G' -> Double.longBitsToDouble(Long.reverseBytes(code.getLong()));
      case 'X' -> text(code.getInt());
      case 0x8c -> text(code.get() & 0xff); // SHORT_BINUNICODE
      case '}' -> new LinkedHashMap<String, Object>();
      case ']' -> new ArrayList<>();
      case ')' -> List.of();
      case 'c' -> global(line(), line());
      default ->
          throw new WeightsProblem(
              String.format(
                  Locale.ROOT,
                  "opcode 0x%02x of its pickle is none that a state dict needs",
                  opcode));
    };
  }

  private Global global(String module, String name) {
    Global global = new Global(module, name);
    world.require(global);
    return global;
  }

  private void call() {
    List<?> arguments = (List<?>) pop();
    Global function = (Global) pop();
    push(world.call(function, arguments));
  }

  /** Sets attributes of an object; dictionaries have some of PyTorch's, which no tensor needs. */
  private void build() {
    pop();
    if (!(top() instanceof Map)) {
      throw new WeightsProblem("its pickle sets attributes of what is no dictionary");
    }
  }

  private void put(List<Object> pairs) {
    @SuppressWarnings("unchecked") // only this class makes maps
    Map<String, Object> map = (Map<String, Object>) top();
    for (int i = 0; i < pairs.size(); i += 2) {
      Object value = pairs.get(i + 1);
      if (pairs.get(i) instanceof String key) {
        map.put(key, value);
      }
    }
  }

  private void append(List<Object> values) {
    @SuppressWarnings("unchecked") // only this class makes lists
    List<Object> list = (List<Object>) top();
    if (!(list instanceof ArrayList)) {
      throw new IllegalArgumentException("it adds to a tuple");
    }
    list.addAll(values);
  }

  private Object remembered(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw new IllegalArgumentException("it has nothing at " + index);
    }
    return value;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() {
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    return stack.remove(stack.size() - 1);
  }

  /** The last values, in order, as a tuple. */
  private List<Object> popped(int count) {
    List<Object> last = stack.subList(stack.size() - count, stack.size());
    List<Object> values = List.copyOf(last);
    last.clear();
    return values;
  }

  /** The values above the last mark, in order, as a tuple; the mark goes too. */
  private List<Object> marked() {
    List<Object> values = popped(stack.size() - 1 - stack.lastIndexOf(MARK));
    if (pop() != MARK) {
      throw new IllegalArgumentException("it has no mark");
    }
    return values;
  }

  private long longOf(int bytes) {
    if (bytes > Long.BYTES) {
      throw new IllegalArgumentException("a number of " + bytes + " bytes");
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (code.get() & 0xffL) << (8 * i);
    }
    int unused = Long.SIZE - 8 * bytes;
    return bytes == 0 ? 0 : value << unused >> unused;
  }

  private String text(int length) {
    if (length < 0 || length > code.remaining()) {
      throw new IllegalArgumentException("a text of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    code.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() {
    int start = code.position();
    int length = 0;
    while (code.get() != '\n') {
      length++;
    }
    byte[] bytes = new byte[length];
    code.get(start, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
