package org.googlenet.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.junit.jupiter.api.Test;

/** A stream goes on after whatever its connections do. */
class ResumingStreamTest {

  private static final byte[] OBJECT = new byte[10_000];

  static {
    new Random(1).nextBytes(OBJECT);
  }

  private final Retries retries = Retries.ofClient("s3a://b", Duration.ofSeconds(1));

  private int opened;

  @Test
  void aConnectionThatEndsEarlyIsNotTheObjectsEnd() throws IOException {
    InputStream in = stream(position -> new Connection(position, 3_500, false));
    assertThat(in.readAllBytes()).isEqualTo(OBJECT);
    assertThat(opened).isEqualTo(3);
  }

  @Test
  void aConnectionThatBreaksIsOpenedWhereItWas() throws IOException {
    InputStream in = stream(position -> new Connection(position, 3_500, true));
    assertThat(in.readAllBytes()).isEqualTo(OBJECT);
    assertThat(opened).isEqualTo(3);
  }

  @Test
  void aSkipIsNotLostWhenTheConnectionBreaks() throws IOException {
    InputStream in = stream(position -> new Connection(position, 1_000, true));
    assertThat(in.readNBytes(900)).hasSize(900);
    in.skipNBytes(5_000);
    assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(OBJECT, 5_900, 10_000));
  }

  @Test
  void anObjectThatIsGoneEndsTheStream() throws IOException {
    InputStream in =
        stream(
            position -> {
              if (position > 0) {
                throw new FileNotFoundException("gone");
              }
              return new Connection(position, 3_500, true);
            });
    assertThat(in.readNBytes(3_500)).hasSize(3_500);
    assertThatThrownBy(in::read).isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void connectionsThatBringNothingEndTheStreamAtTheDeadline() {
    InputStream in = stream(position -> new Connection(position, 0, false));
    assertThatThrownBy(in::read)
        .hasCauseInstanceOf(StorageProblem.class)
        .hasMessageContaining("s3a://b/x: it ended at byte 0 of 10000");
  }

  @Test
  void aClosedStreamIsNotOpenedAgain() throws IOException {
    InputStream in = stream(position -> new Connection(position, 3_500, false));
    in.close();
    assertThatThrownBy(in::read).hasMessageContaining("closed");
    assertThat(opened).isZero();
  }

  private InputStream stream(Connections connections) {
    return new ResumingStream(
        position -> {
          opened++;
          return new FSDataInputStream(connections.open(position));
        },
        0,
        OBJECT.length,
        retries,
        new Request(Verb.READ, "s3a://b", "s3a://b/x"));
  }

  @FunctionalInterface
  private interface Connections {
    Connection open(long position) throws IOException;
  }

  /** Brings some bytes of the object, and then ends or breaks. */
  private static final class Connection extends FSInputStream {

    private final boolean breaks;
    private long left;
    private long position;

    Connection(long position, long bytes, boolean breaks) {
      this.position = position;
      this.left = bytes;
      this.breaks = breaks;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      if (left == 0 && breaks) {
        throw new IOException("Connection reset");
      }
      int n = (int) Math.min(Math.min(count, left), OBJECT.length - position);
      if (n == 0) {
        return -1;
      }
      System.arraycopy(OBJECT, (int) position, bytes, offset, n);
      left -= n;
      position += n;
      return n;
    }

    @Override
    public void seek(long to) {
      left = Math.max(0, left - (to - position));
      position = to;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }
  }
}
