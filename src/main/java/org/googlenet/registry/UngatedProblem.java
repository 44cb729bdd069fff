package org.googlenet.registry;

import java.util.Locale;
import java.util.Optional;
import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/** A model may only be promoted if the gate lets it pass, and it has not (exit code 6). */
public final class UngatedProblem extends Problem {

  private static final long serialVersionUID = 1L;

  /**
   * @param model path or URI
   * @param champion that it would replace
   */
  UngatedProblem(String model, Optional<Champion> champion) {
    super(
        printable(
            "%s: the gate has not said yes to it against %s; run 'googlenet gate' again"
                .formatted(
                    model,
                    champion
                        .map(
                            now ->
                                String.format(
                                    Locale.ROOT,
                                    "%s, the champion by promotion %d",
                                    now.version(),
                                    now.number()))
                        .orElse("no champion"))));
  }

  @Override
  public int exitCode() {
    return ExitCode.GATE;
  }
}
