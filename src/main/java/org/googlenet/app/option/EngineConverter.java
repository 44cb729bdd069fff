package org.googlenet.app.option;

import org.googlenet.engine.EngineKind;
import picocli.CommandLine;

/** Reads the name of an engine on the command line. */
final class EngineConverter implements CommandLine.ITypeConverter<EngineKind> {

  @Override
  public EngineKind convert(String name) {
    return EngineKind.names().stream()
        .filter(name::equalsIgnoreCase)
        .findFirst()
        .map(EngineKind::new)
        .orElseThrow(
            () ->
                new CommandLine.TypeConversionException(
                    "'%s' must be one of %s"
                        .formatted(name, String.join(", ", EngineKind.names()))));
  }
}
