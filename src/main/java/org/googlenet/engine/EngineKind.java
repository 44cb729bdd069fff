package org.googlenet.engine;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.googlenet.common.NamedServices;

/**
 * Which engine executes local steps, by its name in a recipe: one of ours, or one that another jar
 * adds as an {@link EngineProvider}.
 *
 * @param name such as {@code onednn}
 */
public record EngineKind(String name) implements Serializable {

  public EngineKind {
    Objects.requireNonNull(name, "name");
  }

  /** The fastest of ours that the machine has. */
  public static final EngineKind AUTO = new EngineKind("auto");

  public static final EngineKind DL4J = new EngineKind("dl4j");
  public static final EngineKind ONEDNN = new EngineKind("onednn");

  /** The names of ours, in the order of the documentation. */
  public static final List<String> OURS = List.of(AUTO.name, DL4J.name, ONEDNN.name);

  /** The names that there are: of ours, then those of other jars. */
  public static List<String> names() {
    return Stream.concat(OURS.stream(), others().names().stream()).toList();
  }

  /** Whether it decides nothing yet. */
  public boolean isAuto() {
    return equals(AUTO);
  }

  /** Whether another jar must have it. */
  boolean isOfAnotherJar() {
    return !OURS.contains(name);
  }

  /**
   * The provider of an engine of another jar.
   *
   * @throws EngineProblem if no jar on the class path has it
   */
  EngineProvider provider() {
    return others()
        .find(name)
        .orElseThrow(
            () ->
                new EngineProblem(
                    "engine %s: is not known; name one of %s, or put the jar that has it on the class path"
                        .formatted(name, String.join(", ", names()))));
  }

  private static NamedServices<EngineProvider> others() {
    return NamedServices.of(EngineProvider.class, "engine");
  }

  @Override
  public String toString() {
    return name;
  }
}
