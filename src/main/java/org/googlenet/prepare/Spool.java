package org.googlenet.prepare;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.googlenet.data.format.DataProblem;

/**
 * A file of a Spark task that keeps images which come once and are asked for later, maybe more than
 * once; it goes when the task ends.
 */
final class Spool implements ImageSource.Visitor, Closeable {

  private static final int BUFFER = 1 << 16;

  private final File file;
  private final DataOutputStream out;
  private final List<DataInputStream> readers = new ArrayList<>();
  private int items;

  /**
   * What came for an image.
   *
   * @param isGone whether it could not be read
   * @param content its bytes, or in UTF-8 why there are none
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Item(boolean isGone, byte[] content) {

    /** The item that {@link #toBytes} made these bytes of. */
    static Item of(byte[] bytes) {
      return new Item(bytes[0] != 0, Arrays.copyOfRange(bytes, 1, bytes.length));
    }

    byte[] toBytes() {
      return ByteBuffer.allocate(1 + content.length)
          .put((byte) (isGone ? 1 : 0))
          .put(content)
          .array();
    }

    void tell(ImageRef image, ImageSource.Visitor visitor) throws IOException {
      if (isGone) {
        visitor.gone(image, new DataProblem(new String(content, StandardCharsets.UTF_8)));
      } else {
        visitor.image(image, content);
      }
    }
  }

  private Spool(File file) throws IOException {
    this.file = file;
    this.out =
        new DataOutputStream(
            new BufferedOutputStream(Files.newOutputStream(file.toPath()), BUFFER));
  }

  /** An empty one, among the files of Spark's shuffles. */
  static Spool ofTask() {
    try {
      Spool spool =
          new Spool(SparkEnv.get().blockManager().diskBlockManager().createTempLocalBlock()._2());
      TaskContext.get()
          .addTaskCompletionListener((TaskCompletionListener) context -> spool.close());
      return spool;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void image(ImageRef image, byte[] encoded) throws IOException {
    add(new Item(false, encoded));
  }

  @Override
  public void gone(ImageRef image, DataProblem why) throws IOException {
    add(new Item(true, why.getMessage().getBytes(StandardCharsets.UTF_8)));
  }

  void add(Item item) throws IOException {
    out.writeBoolean(item.isGone());
    out.writeInt(item.content().length);
    out.write(item.content());
    items++;
  }

  /** All that has been added until now, in that order. */
  Iterator<Item> items() throws IOException {
    out.flush();
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file.toPath()), BUFFER));
    readers.add(in);
    return new Items(in, items);
  }

  private static final class Items implements Iterator<Item> {

    private final DataInputStream in;
    private int left;

    Items(DataInputStream in, int items) {
      this.in = in;
      this.left = items;
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public Item next() {
      if (left == 0) {
        throw new NoSuchElementException("fewer images than were asked for");
      }
      left--;
      try {
        boolean isGone = in.readBoolean();
        byte[] content = new byte[in.readInt()];
        in.readFully(content);
        return new Item(isGone, content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    try {
      for (DataInputStream reader : readers) {
        reader.close();
      }
      out.close();
      Files.deleteIfExists(file.toPath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
