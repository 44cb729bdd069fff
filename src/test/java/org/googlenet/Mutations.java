package org.googlenet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Damages good files in the ways that discs, networks and attackers do, the same way for the same
 * seed, and holds readers to answering each with a value or with one line.
 */
public final class Mutations {

  /** Makes a damaged copy of a good file; the same seed gives the same copy. */
  @FunctionalInterface
  public interface Mutation {

    byte[] of(byte[] good, long seed);
  }

  /** Reads a file that may be damaged. */
  @FunctionalInterface
  public interface Reader {

    void read(byte[] file) throws Exception;
  }

  /** Of a damaged file a reader may make no more than this, in bytes, beside what it holds. */
  private static final long MOST_ALLOCATED = 64L << 20;

  private static final long MOST_SECONDS = 10;

  private static final Pattern TOKEN =
      Pattern.compile(
          "\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|-?[0-9][0-9.eE+-]*+|true|false|null|[{}\\[\\],:]");

  private static final List<String> STRANGE =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1.5",
          "-0.0",
          "1e400",
          "1e999999999",
          "2147483648",
          "9223372036854775808",
          "9".repeat(400),
          "0." + "3".repeat(5000),
          "\"\"",
          "\"NaN\"",
          "\"12\"",
          "\"a\\nb\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"../../x\"",
          "\"" + "x".repeat(100_000) + "\"",
          "[]",
          "{}",
          "[1, 2]",
          "{\"a\": {\"b\": null}}",
          "[".repeat(100_000),
          "{\"a\":".repeat(20_000));

  private static final byte[][] EXTREMES = {
    {0, 0, 0, 0},
    {-1, -1, -1, -1},
    {127, -1, -1, -1},
    {-1, -1, -1, 127},
    {-128, 0, 0, 0},
    {0, 0, 0, -128},
    {-1, -1, -1, -1, -1, -1, -1, -1},
    {127, -1, -1, -1, -1, -1, -1, -1}
  };

  private Mutations() {}

  /**
   * Has a reader read so many damaged copies.
   *
   * @param reader ends well, or with one of the problems and a message of one line
   * @param problems those that the reader declares for a damaged file
   * @return how many copies were refused
   */
  public static int refused(
      int copies, byte[] good, Mutation mutation, Reader reader, Class<?>... problems) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int refused = 0;
    for (long seed = 0; seed < copies; seed++) {
      byte[] damaged = mutation.of(good, seed);
      long start = System.nanoTime();
      long allocated = threads.getCurrentThreadAllocatedBytes();
      try {
        reader.read(damaged);
      } catch (Throwable e) {
        refused++;
        assertRefusal(e, seed, damaged, List.of(problems));
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - allocated)
          .as("bytes allocated for seed %d: %s", seed, shown(damaged))
          .isLessThan(MOST_ALLOCATED);
      assertThat((System.nanoTime() - start) / 1_000_000_000)
          .as("seconds for seed %d: %s", seed, shown(damaged))
          .isLessThan(MOST_SECONDS);
    }
    return refused;
  }

  private static void assertRefusal(
      Throwable e, long seed, byte[] damaged, List<Class<?>> problems) {
    if (problems.stream().noneMatch(problem -> problem.isInstance(e))) {
      throw new AssertionError("seed " + seed + ": " + shown(damaged), e);
    }
    assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
    assertThat(e.getMessage().lines()).as("seed %d", seed).hasSize(1);
  }

  private static String shown(byte[] file) {
    String text = new String(file, ISO_8859_1).replaceAll("\\p{Cntrl}", "?");
    return text.substring(0, Math.min(text.length(), 2000));
  }

  /** Bits flipped, pieces cut, doubled, exchanged, overwritten, and the end cut off. */
  public static byte[] bytes(byte[] good, long seed) {
    Random random = new Random(seed);
    byte[] bytes = good.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes = damaged(bytes, random);
    }
    return bytes;
  }

  /**
   * One bit or one extreme number somewhere, all else as it was: of the whole length, for formats
   * that are refused by their length already.
   */
  public static byte[] inPlace(byte[] good, long seed) {
    Random random = new Random(seed);
    byte[] bytes = good.clone();
    if (random.nextBoolean()) {
      flip(bytes, random);
    } else {
      overwrite(bytes, random);
    }
    return bytes;
  }

  /**
   * JSON whose tokens are replaced by others of another type or size, doubled or left out; every
   * third as {@link #bytes}.
   */
  public static byte[] json(byte[] good, long seed) {
    Random random = new Random(seed);
    if (random.nextInt(3) == 0) {
      return bytes(good, random.nextLong());
    }
    String text = new String(good, ISO_8859_1);
    for (int i = random.nextInt(3); i >= 0; i--) {
      text = withAnotherToken(text, random);
    }
    return text.getBytes(ISO_8859_1);
  }

  private static String withAnotherToken(String text, Random random) {
    Matcher matcher = TOKEN.matcher(text);
    List<MatchResult> tokens = new ArrayList<>();
    while (matcher.find()) {
      tokens.add(matcher.toMatchResult());
    }
    if (tokens.isEmpty()) {
      return text;
    }
    int index = random.nextInt(tokens.size());
    MatchResult token = tokens.get(index);
    String before = text.substring(0, token.start());
    String after = text.substring(token.end());
    return switch (random.nextInt(4)) {
      case 0 -> before + after;
      case 1 -> before + member(tokens, random) + token.group() + after;
      case 2 -> before + tokens.get(random.nextInt(tokens.size())).group() + after;
      default -> before + STRANGE.get(random.nextInt(STRANGE.size())) + after;
    };
  }

  /** A key that is there already, with another value. */
  private static String member(List<MatchResult> tokens, Random random) {
    String key = tokens.get(random.nextInt(tokens.size())).group();
    return key + ": " + STRANGE.get(random.nextInt(STRANGE.size())) + ", ";
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int from = random.nextInt(bytes.length);
    int to = from + random.nextInt(Math.min(bytes.length - from, 1024)) + 1;
    switch (random.nextInt(7)) {
      case 0 -> flip(bytes, random);
      case 1 -> overwrite(bytes, random);
      case 2 -> {
        byte[] noise = new byte[to - from];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, from, noise.length);
      }
      case 3 -> {
        return Arrays.copyOf(bytes, from);
      }
      case 4 -> {
        return joined(Arrays.copyOf(bytes, from), Arrays.copyOfRange(bytes, to, bytes.length));
      }
      case 5 -> {
        return joined(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, from, bytes.length));
      }
      default -> {
        int other = random.nextInt(bytes.length - (to - from) + 1);
        System.arraycopy(bytes.clone(), from, bytes, other, to - from);
      }
    }
    return bytes;
  }

  private static void flip(byte[] bytes, Random random) {
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
  }

  private static void overwrite(byte[] bytes, Random random) {
    byte[] extreme = EXTREMES[random.nextInt(EXTREMES.length)];
    int length = Math.min(extreme.length, bytes.length);
    System.arraycopy(extreme, 0, bytes, random.nextInt(bytes.length - length + 1), length);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
