package org.googlenet.weights;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.googlenet.model.Variant;

/**
 * The weights of a {@code .caffemodel}, a {@code NetParameter} of Caffe: its layers' blobs, named
 * by layer and position as {@code conv1/7x7_s2[0]}.
 *
 * <p>Layers are those of the current format ({@code layer}, 100) or of the one before ({@code
 * layers}, 2); shapes are lists or Caffe's older {@code num, channels, height, width}, in which
 * ones in front mean nothing. After {@code caffe.proto} of {@code github.com/BVLC/caffe}.
 */
final class CaffeFile {

  private static final int LAYERS = 100;
  private static final int OLD_LAYERS = 2;
  private static final int NAME = 1;
  private static final int BLOBS = 7;
  private static final int OLD_NAME = 4;
  private static final int OLD_BLOBS = 6;
  private static final int DATA = 5;
  private static final int SHAPE = 7;
  private static final int DOUBLE_DATA = 8;
  private static final int MOST_DIMENSIONS = 32;

  private CaffeFile() {}

  /** Whether a message has layers as a network of Caffe has them. */
  static boolean isOne(ProtoMessage file) {
    return file.isWellFormed() && (has(file, LAYERS, NAME) || has(file, OLD_LAYERS, OLD_NAME));
  }

  private static boolean has(ProtoMessage file, int layers, int name) {
    return file.message(layers)
        .filter(layer -> layer.isWellFormed() && layer.bytes(name).isPresent())
        .isPresent();
  }

  /**
   * Reads a file.
   *
   * @throws WeightsProblem if a layer is in the first format of all, or a blob contradicts itself
   */
  static NamedTensors read(ByteBuffer file, String source) {
    try {
      ProtoMessage network = new ProtoMessage(file);
      Map<String, Tensor> tensors = new TreeMap<>();
      for (ProtoMessage layer : network.messages(LAYERS)) {
        addBlobs(layer.text(NAME), layer.messages(BLOBS), tensors);
      }
      for (ProtoMessage layer : network.messages(OLD_LAYERS)) {
        addBlobs(layer.text(OLD_NAME), layer.messages(OLD_BLOBS), tensors);
      }
      return new NamedTensors(source, "caffemodel", tensors, ModelMetadata.ofVariant(Variant.LRN));
    } catch (IllegalArgumentException e) {
      throw new WeightsProblem(
          "%s: is a damaged caffemodel (%s); copy it again".formatted(source, e.getMessage()), e);
    }
  }

  private static void addBlobs(
      String layer, List<ProtoMessage> blobs, Map<String, Tensor> tensors) {
    for (int i = 0; i < blobs.size(); i++) {
      tensors.put(layer + "[" + i + "]", tensor(blobs.get(i)));
    }
  }

  private static Tensor tensor(ProtoMessage blob) {
    boolean isDouble = blob.count(DOUBLE_DATA, Double.BYTES) > 0;
    ElementType type = isDouble ? ElementType.FLOAT64 : ElementType.FLOAT32;
    int field = isDouble ? DOUBLE_DATA : DATA;
    List<Integer> shape = Tensor.shape(dimensions(blob));
    int count = blob.count(field, type.bytes());
    if (Tensor.count(shape) != count) {
      throw new IllegalArgumentException("a blob " + shape + " of " + count + " values");
    }
    return Tensor.later(shape, () -> blob.reals(field, type));
  }

  /** Without ones in front, which the older form needs for biases and fully connected layers. */
  private static List<Long> dimensions(ProtoMessage blob) {
    List<Long> dimensions = new ArrayList<>();
    blob.message(SHAPE)
        .ifPresentOrElse(
            shape -> dimensions.addAll(shape.numbers(1, MOST_DIMENSIONS)),
            () -> {
              for (int field = 1; field <= 4; field++) {
                dimensions.add(blob.number(field).orElse(0L));
              }
            });
    while (dimensions.size() > 1 && dimensions.get(0) == 1) {
      dimensions.remove(0);
    }
    return dimensions;
  }
}
