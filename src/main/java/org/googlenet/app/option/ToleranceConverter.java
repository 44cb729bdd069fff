package org.googlenet.app.option;

import org.googlenet.common.Tolerance;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a tolerance from the command line, in the form that recipes use. */
final class ToleranceConverter implements ITypeConverter<Tolerance> {

  @Override
  public Tolerance convert(String text) {
    return Tolerance.parse(text)
        .orElseThrow(
            () -> new TypeConversionException("'" + text + "': must be " + Tolerance.FORM));
  }
}
