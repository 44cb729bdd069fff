package org.googlenet.app.option;

import org.googlenet.common.Tolerance;
import picocli.CommandLine.Option;

/** {@code --skip-bad}: how much of what a data set is made of may be left out of it as bad. */
public final class SkipBadOption {

  private static final String ALONE = "1%";

  @Option(
      names = "--skip-bad",
      arity = "0..1",
      fallbackValue = ALONE,
      defaultValue = "0",
      paramLabel = "N|P%",
      converter = ToleranceConverter.class,
      description = {
        "Leave out what is bad, and list it, if it is not more than so many images or so much of",
        "them; alone: 1%% (at least 1). Without it one bad image is too much."
      })
  private Tolerance tolerance;

  /** The tolerance; none without the option. */
  public Tolerance tolerance() {
    return tolerance;
  }
}
