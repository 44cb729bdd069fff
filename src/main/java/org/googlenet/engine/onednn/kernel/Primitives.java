package org.googlenet.engine.onednn.kernel;

import static org.googlenet.engine.onednn.kernel.Arguments.SCRATCHPAD;
import static org.googlenet.engine.onednn.kernel.Arguments.WORKSPACE;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.global.dnnl.scratchpad_mode;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.googlenet.common.Lifetime;
import org.googlenet.common.NativeFolder;

/**
 * Creates oneDNN's layouts and binds its kernels to memory; with the kernels of this package the
 * only code that knows the binding, so that another version of oneDNN can replace it.
 *
 * <p>A primitive is created in two steps, because the memory of a plan is laid out only when all
 * its primitives are known: a {@link Kernel} knows the layouts of its arguments, and {@link #bind}
 * gives each argument an address. Semantics, names and argument numbers are those of oneDNN 2.5
 * (https://oneapi-src.github.io/oneDNN/v2.5). Scratchpads are arguments like any other.
 *
 * <p>Everything created here is freed by {@link #close}, or when the collector finds that neither
 * this nor any layout, kernel or call of it is referred to; after that every method throws an
 * IllegalStateException. Every method that creates a layout or a kernel throws {@link RefusedShape}
 * if the library does not have code for the shape.
 */
public final class Primitives implements AutoCloseable {

  static {
    NativeFolder.choose();
  }

  /** An address outside the Java heap. */
  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }

  private final Deque<Pointer> owned = new ArrayDeque<>();
  private final Lifetime lifetime = new Lifetime(this, "primitives", freeing(owned));
  final engine cpu = own(new engine(engine.kind.cpu, 0));
  private final stream queue = own(new stream(cpu));
  final primitive_attr plainAttributes = attributes((post_ops) null);

  /**
   * The library's name for the instruction set that it uses.
   *
   * @throws LinkageError if the library does not load
   */
  public static String instructions() {
    String name = dnnl.get_effective_cpu_isa().intern().name();
    return name.startsWith("isa_") ? name.substring(4) : name;
  }

  // Layouts

  /** Values one after the other, the last dimension fastest. */
  public Layout plain(ValueType type, long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return strided(type, shape, strides);
  }

  /** Values at the given strides. */
  public Layout strided(ValueType type, long[] shape, long[] strides) {
    requireShape(shape);
    if (strides.length != shape.length
        || Arrays.stream(strides).anyMatch(stride -> stride < 1 || stride > Integer.MAX_VALUE)) {
      throw new RefusedShape(
          "strides %s of a shape of %s: give one of at least 1 for each dimension"
              .formatted(Arrays.toString(strides), Arrays.toString(shape)));
    }
    return new Layout(this, made(() -> new memory.desc(shape, type.code, strides)), shape);
  }

  /** Any layout that the library chooses. */
  public Layout any(ValueType type, long... shape) {
    requireShape(shape);
    return new Layout(
        this, made(() -> new memory.desc(shape, type.code, memory.format_tag.any)), shape);
  }

  /** All values of a tensor's memory, with those that only fill up its blocks. */
  public Layout flat(Layout layout) {
    ValueType type = layout.type();
    return plain(type, layout.bytes() / type.bytes());
  }

  /** A part of a tensor, as it lies inside the whole. */
  public Layout slice(Layout whole, long[] shape, long[] offsets) {
    requireInside(whole.shape, shape, offsets);
    return new Layout(this, made(() -> whole.form.submemory_desc(shape, offsets, false)), shape);
  }

  /** The same arrangement for values of another type. */
  public Layout retyped(Layout layout, ValueType type) {
    int code = type.code.value;
    memory.desc copy = made(() -> new memory.desc(layout.form.data()));
    copy.data().data_type(code);
    return new Layout(this, copy, layout.shape);
  }

  /**
   * Gives a kernel its memory. Whoever gives an address answers for it: as many bytes as the
   * argument's layout has must be there whenever the call is run.
   *
   * @param kernel made by these primitives
   * @param addresses of each of its arguments, aligned to the type
   * @throws IllegalArgumentException if they are not those of all arguments, or one is no address
   */
  public Call bind(Kernel kernel, Map<Integer, Long> addresses) {
    lifetime.requireOpen();
    if (kernel.owner != this) {
      throw new IllegalArgumentException(
          kernel.kind + " was made by other primitives: bind it there");
    }
    if (!addresses.keySet().equals(kernel.layouts.keySet())) {
      throw new IllegalArgumentException(
          kernel.kind + " takes " + kernel.layouts.keySet() + ", was given " + addresses.keySet());
    }
    addresses.forEach(
        (argument, address) -> {
          if (address <= 0) {
            throw new IllegalArgumentException(
                kernel.kind + ": argument " + argument + " is at address " + address);
          }
        });
    IntMemoryMap arguments = own(new IntMemoryMap());
    addresses.forEach(
        (argument, address) ->
            arguments.put(
                argument,
                own(new memory(kernel.layout(argument).form, cpu, new Address(address)))));
    return new Call(this, kernel.code, queue, arguments);
  }

  /** Frees every layout, kernel and call; a second call does nothing. */
  @Override
  public void close() {
    lifetime.end();
  }

  /** Frees in the reverse order of creation. */
  private static Runnable freeing(Deque<Pointer> owned) {
    return () -> {
      while (!owned.isEmpty()) {
        owned.pop().deallocate();
      }
    };
  }

  /** Itself, if nothing has been freed. */
  Primitives open() {
    requireOpen();
    return this;
  }

  /** Checks that nothing has been freed. */
  void requireOpen() {
    lifetime.requireOpen();
  }

  private static void requireShape(long[] shape) {
    if (shape.length == 0
        || Arrays.stream(shape).anyMatch(size -> size < 1 || size > Integer.MAX_VALUE)) {
      throw new RefusedShape(
          String.format(
              Locale.ROOT,
              "a shape of %s: each dimension must be 1 to %d",
              Arrays.toString(shape),
              Integer.MAX_VALUE));
    }
  }

  private static void requireInside(long[] whole, long[] shape, long[] offsets) {
    boolean inside = shape.length == whole.length && offsets.length == whole.length;
    for (int i = 0; inside && i < whole.length; i++) {
      inside = shape[i] >= 1 && offsets[i] >= 0 && offsets[i] <= whole[i] - shape[i];
    }
    if (!inside) {
      throw new IllegalArgumentException(
          "a part of %s at %s: does not lie in %s"
              .formatted(Arrays.toString(shape), Arrays.toString(offsets), Arrays.toString(whole)));
    }
  }

  static prop_kind direction(boolean training) {
    return training ? prop_kind.forward_training : prop_kind.forward_inference;
  }

  /** What a kernel applies to its result, one after the other. */
  primitive_attr attributes(Activation... activations) {
    post_ops ops = null;
    for (Activation activation : activations) {
      if (!activation.equals(Activation.IDENTITY)) {
        ops = ops == null ? own(new post_ops()) : ops;
        ops.append_eltwise(
            1f, activation.function().forward, activation.alpha(), activation.beta());
      }
    }
    return ops == null ? plainAttributes : attributes(ops);
  }

  /** An fp32 bias, or the empty descriptor by which the library knows that there is none. */
  memory.desc bias(boolean there, long out) {
    return there ? plain(ValueType.F32, out).form : made(memory.desc::new);
  }

  primitive_attr attributes(post_ops ops) {
    primitive_attr attributes = own(new primitive_attr());
    attributes.set_scratchpad_mode(scratchpad_mode.user);
    if (ops != null) {
      attributes.set_post_ops(ops);
    }
    return attributes;
  }

  Kernel kernel(String kind, primitive_desc_base descriptor, Supplier<? extends primitive> code) {
    Kernel kernel = new Kernel(this, kind, descriptor, made(code));
    memory.desc scratchpad = own(descriptor.scratchpad_desc());
    if (scratchpad.get_size() > 0) {
      kernel.layouts.put(SCRATCHPAD, new Layout(this, scratchpad, new long[0]));
    }
    return kernel;
  }

  void layout(Kernel kernel, int argument, memory.desc wanted, long... shape) {
    kernel.layouts.put(argument, new Layout(this, own(wanted), shape));
  }

  void workspace(Kernel kernel, memory.desc wanted, long[] shape) {
    Layout workspace = new Layout(this, own(wanted), shape);
    if (workspace.bytes() > 0) {
      kernel.layouts.put(WORKSPACE, workspace);
    }
  }

  /** A C++ vector of descriptors, which the binding passes as one native array. */
  memory.desc array(List<Layout> layouts) {
    layouts.forEach(Layout::requireOpen);
    int size = layouts.get(0).form.sizeof();
    BytePointer bytes = own(new BytePointer((long) size * layouts.size()));
    for (int i = 0; i < layouts.size(); i++) {
      Pointer.memcpy(bytes.getPointer((long) i * size), layouts.get(i).form, size);
    }
    memory.desc array = new memory.desc(bytes);
    array.limit(layouts.size()).capacity(layouts.size());
    return array;
  }

  /**
   * What the library creates for a shape. The binding throws a C++ exception as a plain
   * RuntimeException, not a subclass; anything else is a fault of this program.
   */
  <P extends Pointer> P made(Supplier<P> making) {
    lifetime.requireOpen();
    try {
      return own(making.get());
    } catch (RuntimeException e) {
      throw e.getClass() == RuntimeException.class ? new RefusedShape(e) : e;
    }
  }

  <P extends Pointer> P own(P pointer) {
    owned.push(pointer);
    return pointer;
  }
}
