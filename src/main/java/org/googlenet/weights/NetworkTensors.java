package org.googlenet.weights;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.googlenet.model.ParameterLayout;
import org.googlenet.model.ParameterLayout.Entry;

/**
 * Tensors under our names and in our shapes: a convolution's weight is {@code [out, in, height,
 * width]}, a fully connected layer's {@code [in, out]}, anything else {@code [n]}.
 *
 * @param source what messages call it
 * @param format the kind of file: {@code safetensors}, {@code pth}, {@code caffemodel}, {@code
 *     onnx}, or {@value #MODEL} for a model of this program
 * @param tensors by our names
 * @param called what the source calls each, by our names
 * @param unknown names of the source that are nothing of the network
 * @param metadata texts by name that the source has beside the tensors
 * @param notes what a user should know about how the source was read, a line each
 */
public record NetworkTensors(
    String source,
    String format,
    Map<String, Tensor> tensors,
    Map<String, String> called,
    List<String> unknown,
    Map<String, String> metadata,
    List<String> notes) {

  /** The format of what is a model of this program already. */
  public static final String MODEL = "model";

  public NetworkTensors {
    tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
    called = Collections.unmodifiableMap(new TreeMap<>(called));
    unknown = List.copyOf(unknown);
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    notes = List.copyOf(notes);
  }

  /**
   * The tensors of a file, by whichever names it has.
   *
   * @throws WeightsProblem if no name is known
   */
  public static NetworkTensors of(NamedTensors file) {
    ParameterNames names = ParameterNames.of(file.tensors().keySet());
    Map<String, Tensor> tensors = new TreeMap<>();
    Map<String, String> called = new TreeMap<>();
    List<String> unknown = new ArrayList<>();
    file.tensors()
        .forEach(
            (name, tensor) -> {
              Optional<String> own = names.own(name);
              if (own.isPresent()) {
                tensors.put(own.get(), ours(own.get(), tensor, names));
                called.put(own.get(), name);
              } else if (!names.isIdle(name)) {
                unknown.add(name);
              }
            });
    if (tensors.isEmpty()) {
      throw new WeightsProblem(
          "%s: none of its %d tensors%s is one of a GoogLeNet as torchvision, Caffe or this program name them"
              .formatted(file.source(), unknown.size(), firstOf(unknown)));
    }
    return new NetworkTensors(
        file.source(), file.format(), tensors, called, unknown, file.metadata(), List.of());
  }

  private static String firstOf(List<String> names) {
    return names.isEmpty() ? "" : " (" + names.get(0) + " ...)";
  }

  private static Tensor ours(String own, Tensor tensor, ParameterNames names) {
    List<Integer> shape = tensor.shape();
    if (ParameterNames.isDenseWeight(own)) {
      return names == ParameterNames.OURS || shape.size() != 2 ? tensor : tensor.transposed();
    }
    boolean isRow = shape.size() == 2 && shape.get(0) == 1;
    return isRow ? tensor.reshaped(List.of(shape.get(1))) : tensor;
  }

  /**
   * The parameters of a network.
   *
   * @param parameters flat, as the layout has them; not copied, unless they are asked for
   * @param metadata as {@link ModelMetadata} has it
   */
  public static NetworkTensors of(
      String source, ParameterLayout layout, float[] parameters, Map<String, String> metadata) {
    Map<String, Tensor> tensors = new TreeMap<>();
    Map<String, String> called = new TreeMap<>();
    for (Entry entry : layout.entries()) {
      tensors.put(entry.name(), FlatTensors.read(entry, parameters));
      called.put(entry.name(), entry.name());
    }
    return new NetworkTensors(source, MODEL, tensors, called, List.of(), metadata, List.of());
  }

  /**
   * The tensors as another program names and shapes them.
   *
   * @throws WeightsProblem if it has no name for one of them
   */
  public Map<String, Tensor> as(ParameterNames names) {
    Map<String, Tensor> theirs = new TreeMap<>();
    tensors.forEach(
        (own, tensor) -> {
          String name =
              names
                  .theirs(own)
                  .orElseThrow(
                      () ->
                          new WeightsProblem(
                              "%s: %s has no name among those of %s"
                                  .formatted(source, own, names)));
          boolean isTransposed = names != ParameterNames.OURS && ParameterNames.isDenseWeight(own);
          theirs.put(name, isTransposed ? tensor.transposed() : tensor);
        });
    return theirs;
  }

  /** What a message calls a tensor: our name, and in parentheses the source's if it is another. */
  String shown(String own) {
    String there = called.getOrDefault(own, own);
    return there.equals(own) ? own : own + " (" + there + ")";
  }
}
