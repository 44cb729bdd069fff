package org.googlenet.storage;

/** The storage refused a create, since the name exists. */
final class Taken extends HadoopErrors.Final {

  private static final long serialVersionUID = 1L;

  private final transient Written written;

  /**
   * A refusal.
   *
   * @param written what was to be created
   */
  Taken(Written written, Throwable cause) {
    super("exists already", cause);
    this.written = written;
  }

  Written written() {
    return written;
  }
}
