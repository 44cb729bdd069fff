package org.googlenet.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/**
 * A state dict as {@code torch.save} writes it: a zip of a pickle, {@code data.pkl}, and of the
 * storages of its tensors, {@code data/0} and so on, little-endian and not compressed.
 *
 * <p>The state dict is what the pickle's dictionary has under {@code state_dict} or {@code model},
 * or else that dictionary; {@code module.}, which {@code DataParallel} puts in front of all names,
 * is left out.
 */
final class TorchFile {

  private static final String PICKLE = "data.pkl";
  private static final String MODULE = "module.";

  /** What a checkpoint calls its state dict, in the order in which they are looked for. */
  private static final List<String> NESTED = List.of("state_dict", "model");

  private static final String REMEDY =
      "save only the weights: torch.save(model.state_dict(), 'weights.pth')";

  /** How a file of PyTorch before 1.6, which is no zip, begins: a pickled magic number. */
  private static final byte[] LEGACY = {
    (byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20
  };

  private final String source;
  private final byte[] file;
  private final ZipFile zip;
  private final String folder;

  private TorchFile(String source, byte[] file, ZipFile zip, String folder) {
    this.source = source;
    this.file = file;
    this.zip = zip;
    this.folder = folder;
  }

  /** Whether a file is a pickle as PyTorch wrote before it wrote zips. */
  static boolean isLegacy(ByteBuffer file) {
    return file.limit() >= LEGACY.length
        && file.slice(0, LEGACY.length).equals(ByteBuffer.wrap(LEGACY));
  }

  static WeightsProblem legacy(String source) {
    return new WeightsProblem(
        source
            + ": is in the format of PyTorch before 1.6; load it and save it again:"
            + " torch.save(torch.load(FILE, weights_only=True), 'weights.pth')");
  }

  /**
   * Reads a zip.
   *
   * @throws WeightsProblem if it holds no state dict, or more than one is made of
   */
  static NamedTensors read(byte[] file, String source) {
    try (ZipFile zip = new ZipFile(new SeekableInMemoryByteChannel(file))) {
      TorchFile torch = new TorchFile(source, file, zip, folder(zip, source));
      return new NamedTensors(source, "pth", torch.tensors(), Map.of());
    } catch (IOException | IllegalArgumentException e) {
      throw new WeightsProblem(
          "%s: is a damaged zip (%s); copy it again".formatted(source, e.getMessage()), e);
    }
  }

  /** The folder that all entries are in, with a slash at its end. */
  private static String folder(ZipFile zip, String source) {
    List<String> pickles =
        Collections.list(zip.getEntries()).stream()
            .map(ZipEntry::getName)
            .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
            .toList();
    if (pickles.size() != 1) {
      throw new WeightsProblem(
          "%s: is a zip with %s %s; name a file of torch.save, or DL4J's model.zip"
              .formatted(source, pickles.isEmpty() ? "no" : "more than one", PICKLE));
    }
    return pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
  }

  private Map<String, Tensor> tensors() throws IOException {
    Optional<ByteBuffer> order = entry("byteorder");
    if (order.isPresent() && !text(order.get()).equals("little")) {
      throw new WeightsProblem(
          "%s: its byteorder is %s; save it on a little-endian machine"
              .formatted(source, text(order.get())));
    }
    Object root;
    try {
      root = Pickle.read(entry(PICKLE).orElseThrow(), new StateDicts());
    } catch (WeightsProblem e) {
      throw new WeightsProblem("%s: %s; %s".formatted(source, e.getMessage(), REMEDY), e);
    }
    Map<String, Tensor> tensors = stateDict(root);
    if (tensors.isEmpty()) {
      throw new WeightsProblem(
          source + ": has no state dict, neither itself nor as state_dict or model; " + REMEDY);
    }
    return withoutModule(tensors);
  }

  /** A training keeps tensors of its own beside the state dict, such as its best accuracy. */
  private static Map<String, Tensor> stateDict(Object root) {
    if (root instanceof Map<?, ?> map) {
      for (String name : NESTED) {
        Map<String, Tensor> nested = tensors(map.get(name));
        if (!nested.isEmpty()) {
          return nested;
        }
      }
    }
    return tensors(root);
  }

  private static Map<String, Tensor> tensors(Object dictionary) {
    Map<String, Tensor> tensors = new TreeMap<>();
    if (dictionary instanceof Map<?, ?> map) {
      map.forEach(
          (name, value) -> {
            if (value instanceof Tensor tensor) {
              tensors.put((String) name, tensor);
            }
          });
    }
    return tensors;
  }

  private static Map<String, Tensor> withoutModule(Map<String, Tensor> tensors) {
    if (!tensors.keySet().stream().allMatch(name -> name.startsWith(MODULE))) {
      return tensors;
    }
    Map<String, Tensor> own = new TreeMap<>();
    tensors.forEach((name, tensor) -> own.put(name.substring(MODULE.length()), tensor));
    return own;
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.US_ASCII.decode(bytes.duplicate()).toString();
  }

  /** The bytes of an entry, a view of the file. */
  private Optional<ByteBuffer> entry(String name) throws IOException {
    ZipArchiveEntry entry = zip.getEntry(folder + name);
    if (entry == null) {
      return Optional.empty();
    }
    if (entry.getMethod() != ZipEntry.STORED) {
      throw new WeightsProblem(
          "%s: %s is compressed, as torch.save never writes it; %s"
              .formatted(source, entry.getName(), REMEDY));
    }
    zip.getRawInputStream(entry).close(); // it is this call that finds the place
    long from = entry.getDataOffset();
    long size = entry.getSize();
    if (from < 0 || size < 0 || size > file.length - from) {
      throw new IllegalArgumentException(entry.getName() + " ends behind the file's end");
    }
    return Optional.of(
        ByteBuffer.wrap(file)
            .slice((int) from, (int) size)
            .asReadOnlyBuffer()
            .order(ByteOrder.LITTLE_ENDIAN));
  }

  /**
   * The values of one storage.
   *
   * @param type the name of PyTorch's class: {@code FloatStorage}
   */
  private record Storage(String type, ByteBuffer data) {}

  /** What state dicts are made of. */
  private final class StateDicts implements Pickle.World {

    private static final String UTILS = "torch._utils";

    @Override
    public void require(Pickle.Global global) {
      boolean isKnown =
          global.is("collections", "OrderedDict")
              || global.is(UTILS, "_rebuild_tensor_v2")
              || global.is(UTILS, "_rebuild_parameter")
              || (global.module().equals("torch") && global.name().matches("[A-Za-z0-9]+Storage"));
      if (!isKnown) {
        throw new WeightsProblem(
            "its pickle asks for %s, which no state dict needs and which is not run"
                .formatted(global));
      }
    }

    @Override
    public Object persistent(List<?> id) {
      if (id.size() != 5
          || !"storage".equals(id.get(0))
          || !(id.get(1) instanceof Pickle.Global type)
          || !(id.get(2) instanceof String key)) {
        throw new IllegalArgumentException("a persistent id of another form");
      }
      try {
        return new Storage(
            type.name(),
            entry("data/" + key)
                .orElseThrow(() -> new IllegalArgumentException("it has no data/" + key)));
      } catch (IOException e) {
        throw new IllegalArgumentException("data/" + key + ": " + e.getMessage(), e);
      }
    }

    @Override
    public Object call(Pickle.Global function, List<?> arguments) {
      return switch (function.name()) {
        case "OrderedDict" -> {
          if (!arguments.isEmpty()) {
            throw new WeightsProblem("its pickle makes an OrderedDict with arguments");
          }
          yield new LinkedHashMap<String, Object>();
        }
        case "_rebuild_parameter" -> (Tensor) arguments.get(0);
        case "_rebuild_tensor_v2" -> tensor(arguments);
        default -> throw new WeightsProblem("its pickle calls " + function);
      };
    }

    /** Storage, offset, size and stride; what follows is for training. */
    private Tensor tensor(List<?> arguments) {
      Storage storage = (Storage) arguments.get(0);
      List<Integer> shape = Tensor.shape(numbers(arguments.get(2)));
      List<Long> strides = numbers(arguments.get(3));
      if (strides.size() != shape.size()) {
        throw new IllegalArgumentException("strides " + strides + " of shape " + shape);
      }
      long offset = (Long) arguments.get(1);
      return ElementType.ofTorch(storage.type())
          .map(type -> Tensor.strided(shape, type, storage.data(), offset, strides))
          .orElseGet(() -> Tensor.unreadable(shape, "of a " + storage.type()));
    }

    private static List<Long> numbers(Object tuple) {
      return ((List<?>) tuple).stream().map(Long.class::cast).toList();
    }
  }
}
