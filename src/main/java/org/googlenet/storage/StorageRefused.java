package org.googlenet.storage;

import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;

/**
 * A location that cannot be used as it is, now or later: no permission, an unsupported scheme, an
 * invalid name (exit code 2).
 */
public final class StorageRefused extends Problem {

  private static final long serialVersionUID = 1L;

  public StorageRefused(String message) {
    super(message);
  }

  public StorageRefused(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public int exitCode() {
    return ExitCode.USAGE;
  }
}
