package org.googlenet.engine.onednn;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.googlenet.engine.onednn.kernel.RefusedShape;

/** The network has parts that the engine cannot compile; the message names each of them. */
public final class UnsupportedNetwork extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** As in {@code vertex conv1: dilation}. */
  private final String parts;

  /** A part of a vertex. */
  UnsupportedNetwork(String vertex, String what) {
    this(vertex, what, (RefusedShape) null);
  }

  UnsupportedNetwork(String vertex, String what, RefusedShape cause) {
    this(cause, "vertex %s: %s".formatted(vertex, what), " is not known to engine onednn");
  }

  private UnsupportedNetwork(Throwable cause, String parts, String end) {
    super(parts + end, cause);
    this.parts = parts;
  }

  /**
   * All parts that some refusals name.
   *
   * @param refusals at least one
   */
  static UnsupportedNetwork of(List<UnsupportedNetwork> refusals) {
    if (refusals.size() == 1) {
      return refusals.get(0);
    }
    return new UnsupportedNetwork(
        refusals.get(0).getCause(),
        refusals.stream()
            .map(refusal -> refusal.parts)
            .distinct()
            .collect(Collectors.joining("; ")),
        " are not known to engine onednn");
  }

  /** Nothing says how large an input's images are. */
  public static UnsupportedNetwork withoutShape(String input) {
    return new UnsupportedNetwork(Objects.requireNonNull(input, "input"), "the size of its images");
  }
}
