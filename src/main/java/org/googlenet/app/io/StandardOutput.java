package org.googlenet.app.io;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Optional;

/**
 * A standard output that remembers why it could not be written; Java's own remembers only that it
 * could not.
 */
public final class StandardOutput extends FilterOutputStream {

  private volatile IOException failure;

  private StandardOutput(OutputStream out) {
    super(out);
  }

  /** Creates one in place of {@code System.out}. */
  public static StandardOutput install() {
    StandardOutput watched = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    // As in Java 17: the terminal's encoding, or else the default one.
    Charset charset =
        Charset.forName(System.getProperty("sun.stdout.encoding", Charset.defaultCharset().name()));
    System.setOut(new PrintStream(new BufferedOutputStream(watched), true, charset));
    return watched;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  /** Why the last failed write failed; empty if none did. */
  public Optional<String> problem() {
    return Optional.ofNullable(failure).map(Throwable::getMessage);
  }

  /** Whether the reader of a pipe has gone, like {@code head} once it has read enough. */
  public boolean isClosedPipe() {
    return problem().orElse("").toLowerCase(Locale.ROOT).contains("broken pipe");
  }
}
