package org.googlenet.app.option;

import java.time.Duration;
import org.googlenet.common.DurationText;
import picocli.CommandLine;

/** Reads a duration from the command line, in the form that recipes use. */
public final class DurationConverter implements CommandLine.ITypeConverter<Duration> {

  @Override
  public Duration convert(String text) {
    return DurationText.parse(text)
        .orElseThrow(
            () ->
                new CommandLine.TypeConversionException(
                    "'" + text + "': must be a whole number with ms, s, m or h"));
  }
}
