package org.googlenet.engine.onednn;

import org.googlenet.engine.onednn.kernel.Primitives;

/**
 * Whether oneDNN's native library loads on this machine, and which instructions it uses.
 *
 * @param instructions its name for the instruction set that it uses, such as {@code
 *     avx512_core_bf16}; null if it does not load
 * @param problem why it does not load; null if it does
 */
public record OneDnnLibrary(String instructions, String problem) {

  public OneDnnLibrary {
    if ((instructions == null) == (problem == null)) {
      throw new IllegalArgumentException("give either its instructions or its problem");
    }
  }

  /** Loads the library at the first call; a JVM loads it once. */
  public static OneDnnLibrary find() {
    try {
      return new OneDnnLibrary(Primitives.instructions(), null);
    } catch (LinkageError e) {
      return new OneDnnLibrary(
          null,
          "oneDNN's library does not load on %s %s (%s)"
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch"), reason(e)));
    }
  }

  public boolean isThere() {
    return problem == null;
  }

  /** Whether it computes in bf16 at the hardware's speed, with AVX512_BF16 or AMX. */
  public boolean hasBf16() {
    return isThere() && (instructions.contains("bf16") || instructions.contains("amx"));
  }

  private static String reason(LinkageError e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
