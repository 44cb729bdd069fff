package org.googlenet.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;

/** Opens a file as a stream that resumes when the file system fails for a time. */
record FileReader(String object, Path path) {

  /** Opening is tried again this often while the file is being replaced. */
  private static final int MOST_CHANGES = 50;

  /**
   * An open file.
   *
   * @param attributes of the file's name, the same before and after it was opened
   * @param size in bytes, of the open file
   */
  record Opened(
      FileReader file, SeekableByteChannel channel, BasicFileAttributes attributes, long size) {

    /** Some bytes of the file, or fewer if it ends before that. */
    InputStream stream(long offset, long length, Retries retries, Request request)
        throws IOException {
      long from = Math.min(offset, size);
      long to = from + Math.min(length, size - from);
      channel.position(from);
      FSDataInputStream first = new FSDataInputStream(new Input(channel));
      return new ResumingStream(first, this::openAgain, from, to, retries, request).buffered();
    }

    private FSDataInputStream openAgain(long position) throws IOException {
      Opened now = file.open();
      if (now.size != size || !isSame(now.attributes, attributes)) {
        now.channel.close();
        throw new HadoopErrors.Changed(file.object + ": changed while it was read");
      }
      now.channel.position(position);
      return new FSDataInputStream(new Input(now.channel));
    }
  }

  private static boolean isSame(BasicFileAttributes a, BasicFileAttributes b) {
    return Objects.equals(a.fileKey(), b.fileKey())
        && a.size() == b.size()
        && a.lastModifiedTime().equals(b.lastModifiedTime());
  }

  /**
   * Opens the file.
   *
   * @throws FileNotFoundException if it does not exist
   * @throws StorageRefused if it is a pipe or a device
   */
  Opened open() throws IOException {
    try {
      for (int left = MOST_CHANGES; ; left--) {
        BasicFileAttributes before = attributes();
        SeekableByteChannel channel = Files.newByteChannel(path, StandardOpenOption.READ);
        try {
          if (isSame(before, attributes())) {
            return new Opened(this, channel, before, channel.size());
          }
        } catch (Throwable e) {
          channel.close();
          throw e;
        }
        channel.close();
        if (left == 0) {
          throw new HadoopErrors.Changed(object + ": changed while it was opened");
        }
      }
    } catch (IOException e) {
      if (isAbsent(e)) {
        throw (IOException) new FileNotFoundException(object + ": no such object").initCause(e);
      }
      throw e;
    }
  }

  private static boolean isAbsent(IOException e) {
    return e instanceof NoSuchFileException || FileErrors.isNoFolder(e);
  }

  /** The length of a file in bytes; empty if there is none, or what is there is not a file. */
  static OptionalLong length(Path path) throws IOException {
    try {
      BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
      return file.isRegularFile() ? OptionalLong.of(file.size()) : OptionalLong.empty();
    } catch (IOException e) {
      if (isAbsent(e)) {
        return OptionalLong.empty();
      }
      throw e;
    }
  }

  private BasicFileAttributes attributes() throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      throw new FileNotFoundException(object + ": is a folder, not an object");
    }
    if (attributes.isOther()) { // opening a pipe that has no writer would block forever
      throw new StorageRefused(object + ": is a pipe or a device; name a file");
    }
    return attributes;
  }

  /** Adapts a channel to Hadoop's streams. */
  private static final class Input extends FSInputStream {

    private final SeekableByteChannel channel;

    Input(SeekableByteChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      return channel.read(ByteBuffer.wrap(bytes, offset, count));
    }

    @Override
    public void seek(long position) throws IOException {
      channel.position(position);
    }

    @Override
    public long getPos() throws IOException {
      return channel.position();
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }

    @Override
    public int available() throws IOException {
      return (int) Math.min(channel.size() - channel.position(), Integer.MAX_VALUE);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
