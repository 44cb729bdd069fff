package org.googlenet.weights;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tensors of one source by their names there.
 *
 * @param source what messages call it: a path or URI
 * @param format the kind of file, for messages: {@code safetensors}
 * @param tensors by name
 * @param metadata texts by name that the file has beside the tensors
 */
public record NamedTensors(
    String source, String format, Map<String, Tensor> tensors, Map<String, String> metadata) {

  public NamedTensors {
    tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
  }
}
