package org.googlenet.storage;

/** The storage refused a create because the name exists. */
final class NameTaken extends HadoopErrors.Final {

  private static final long serialVersionUID = 1L;

  private final transient WrittenContent written;

  /**
   * A refused create.
   *
   * @param written what was to be created
   */
  NameTaken(WrittenContent written, Throwable cause) {
    super("exists already", cause);
    this.written = written;
  }

  WrittenContent written() {
    return written;
  }
}
