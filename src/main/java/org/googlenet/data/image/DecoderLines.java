package org.googlenet.data.image;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.googlenet.common.NativeFolder;

/**
 * Keeps the lines that libjpeg and libpng write to stderr off the terminal while they decode, and
 * knows whether they wrote any.
 *
 * <p>They write to the stream that the C library's variable {@code stderr} points to. Meanwhile it
 * points to that of stdin, which the GNU C library refuses to write to: it only sets that stream's
 * error flag. File descriptor 2, which Java and the JVM itself write to, is left alone; what other
 * native code writes to {@code stderr} meanwhile is lost, too. With another C library nothing is
 * done, and nothing is known.
 */
final class DecoderLines {

  /** In a stream's first field, by the GNU C library's {@code bits/types/struct_FILE.h}. */
  private static final int ERROR_SEEN = 0x20;

  /** One for the process, as {@code stderr} is. */
  private static final DecoderLines OF_PROCESS = new DecoderLines();

  private final ReentrantReadWriteLock turns = new ReentrantReadWriteLock();
  private final LongPointer variable;
  private final long terminal;
  private final long refusing;
  private final IntPointer flags;
  private int decoding;

  /** Decodes an image. */
  @FunctionalInterface
  interface Decode<T> {

    T run() throws UnreadableImage;
  }

  private DecoderLines() {
    NativeFolder.choose();
    Loader.load(opencv_imgcodecs.class);
    boolean isGnu = Loader.addressof("gnu_get_libc_version") != null;
    Pointer stderr = isGnu ? Loader.addressof("stderr") : null;
    Pointer stdin = isGnu ? Loader.addressof("stdin") : null;
    if (!isToBeSilent() || stderr == null || stdin == null) {
      variable = null;
      terminal = 0;
      refusing = 0;
      flags = null;
    } else {
      variable = new LongPointer(stderr);
      terminal = variable.get();
      refusing = new LongPointer(stdin).get();
      flags = new IntPointer(new Place(refusing));
    }
  }

  /** OpenCV's own setting of what it may log. */
  private static boolean isToBeSilent() {
    String level = System.getenv("OPENCV_LOG_LEVEL");
    return level == null || level.isEmpty() || level.equals("SILENT");
  }

  /** Decodes without a word on stderr, beside other threads that do the same. */
  static <T> T unseen(Decode<T> decode) throws UnreadableImage {
    return OF_PROCESS.decode(decode);
  }

  /**
   * Decodes without a word on stderr, and a second time while no other thread decodes if there may
   * have been one.
   *
   * @return whether there was one
   */
  static boolean areWrittenBy(Decode<?> decode) throws UnreadableImage {
    return OF_PROCESS.areWritten(decode);
  }

  private <T> T decode(Decode<T> decode) throws UnreadableImage {
    turns.readLock().lock();
    try {
      divert();
      return decode.run();
    } finally {
      restore();
      turns.readLock().unlock();
    }
  }

  private boolean areWritten(Decode<?> decode) throws UnreadableImage {
    turns.readLock().lock();
    try {
      decode.run();
      // Set by this image or by one beside it; it stays set until a thread has its turn alone.
      if (!hasError()) {
        return false;
      }
    } finally {
      turns.readLock().unlock();
    }
    turns.writeLock().lock();
    try {
      clearError();
      decode.run();
      return hasError();
    } finally {
      clearError();
      turns.writeLock().unlock();
    }
  }

  private synchronized void divert() {
    if (variable != null && decoding++ == 0) {
      variable.put(refusing);
    }
  }

  private synchronized void restore() {
    if (variable != null && --decoding == 0) {
      variable.put(terminal);
    }
  }

  private boolean hasError() {
    return flags != null && (flags.get() & ERROR_SEEN) != 0;
  }

  private void clearError() {
    if (flags != null) {
      flags.put(flags.get() & ~ERROR_SEEN);
    }
  }

  /** An address in memory. */
  private static final class Place extends Pointer {

    Place(long place) {
      address = place;
    }
  }
}
