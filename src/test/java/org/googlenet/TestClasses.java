package org.googlenet;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Where the compiled tests lie, for processes that are started with them. */
public final class TestClasses {

  private TestClasses() {}

  /** The folder. */
  public static Path folder() {
    try {
      return Path.of(TestClasses.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
