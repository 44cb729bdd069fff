package org.googlenet.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.googlenet.averaging.Pieces.Part;
import org.googlenet.recipe.Recipe.Compression;
import org.junit.jupiter.api.Test;

/** How vectors are cut, for lengths, owners and threads at random and at their ends. */
class PiecesTest {

  private static final int MOST_BYTES = 4 << 20;

  private record Cut(Pieces pieces, int owners) {}

  private static List<Cut> cuts() {
    Random random = new Random(1);
    List<Cut> cuts = new ArrayList<>();
    for (int longest : new int[] {0, 1, 4095, 4096, 4097, 1 << 15, 13_378_280, 40_000_000}) {
      for (int other : new int[] {0, 1, longest / 2, longest}) {
        for (int owners : new int[] {1, 2, 3, 128, 2000}) {
          cuts.add(new Cut(Pieces.of(longest, other, owners, 1), owners));
          cuts.add(new Cut(Pieces.of(other, longest, owners, 64), owners));
        }
      }
    }
    for (int i = 0; i < 1000; i++) {
      int owners = 1 + random.nextInt(2000);
      int threads = 1 + random.nextInt(64);
      cuts.add(new Cut(Pieces.of(length(random), length(random), owners, threads), owners));
    }
    return cuts;
  }

  private static int length(Random random) {
    return random.nextInt(1 + random.nextInt(1 << (1 + random.nextInt(24))));
  }

  @Test
  void thePartsOfAllPiecesAreEachVectorOnceAndInOrder() {
    for (Cut cut : cuts()) {
      Pieces pieces = cut.pieces();
      assertCovers(pieces, pieces::ofParameters, pieces.parameters());
      assertCovers(pieces, pieces::ofMomentum, pieces.momentum());
    }
  }

  private static void assertCovers(Pieces pieces, IntFunction<Part> part, int length) {
    int end = 0;
    for (int piece = 0; piece < pieces.count(); piece++) {
      Part next = part.apply(piece);
      assertThat(next.from()).as("%s", pieces).isEqualTo(end);
      assertThat(next.from() == length || next.from() % Packing.BLOCK == 0)
          .as("%s", pieces)
          .isTrue();
      assertThat(next.length()).isNotNegative();
      end = next.to();
    }
    assertThat(end).as("%s", pieces).isEqualTo(length);
  }

  @Test
  void noPieceIsEmptyOrLargerThanFourMebibytes() {
    for (Cut cut : cuts()) {
      for (int piece = 0; piece < cut.pieces().count(); piece++) {
        assertThat(cut.pieces().bytes(piece, Compression.NONE))
            .as("%s", cut)
            .isBetween(1, MOST_BYTES);
      }
    }
  }

  @Test
  void thePiecesAreSharedInOrderAndEvenly() {
    for (Cut cut : cuts()) {
      Pieces pieces = cut.pieces();
      int[] shares = new int[cut.owners()];
      int last = 0;
      for (int piece = 0; piece < pieces.count(); piece++) {
        int owner = pieces.owner(piece, cut.owners());
        assertThat(owner).as("%s", cut).isBetween(last, cut.owners() - 1);
        shares[owner]++;
        last = owner;
      }
      int even = pieces.count() / cut.owners();
      for (int share : shares) {
        assertThat(share).as("%s", cut).isBetween(even, even + 1);
      }
    }
  }

  @Test
  void anOwnersPiecesAreThoseThatItOwns() {
    for (int owners : new int[] {1, 2, 7, 300}) {
      Pieces pieces = Pieces.of(5_000_000, 4_000_000, owners, 3);
      List<Integer> all = new ArrayList<>();
      for (int owner = 0; owner < owners; owner++) {
        int expected = owner;
        assertThat(pieces.of(owner, owners))
            .allMatch(piece -> pieces.owner(piece, owners) == expected);
        all.addAll(pieces.of(owner, owners));
      }
      assertThat(all).hasSize(pieces.count()).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void eachPieceArrivesAsIfTheWholeVectorHadTravelled() throws IOException {
    Random random = new Random(2);
    for (int[] lengths : new int[][] {{0, 0}, {1, 0}, {100_000, 70_001}, {32_768, 98_305}}) {
      float[] parameters = values(random, lengths[0]);
      float[] momentum = values(random, lengths[1]);
      for (Compression format : Compression.values()) {
        Pieces pieces = Pieces.of(lengths[0], lengths[1], 2, 3);
        float[] ofParameters = new float[lengths[0]];
        float[] ofMomentum = new float[lengths[1]];
        for (int piece = pieces.count() - 1; piece >= 0; piece--) {
          ByteBuffer packed = pieces.pack(piece, parameters, momentum, format);
          assertThat(packed.remaining()).isEqualTo(pieces.bytes(piece, format));
          byte[] bytes = new byte[packed.remaining()];
          packed.get(bytes);
          pieces.unpack(piece, new ByteArrayInputStream(bytes), ofParameters, ofMomentum, format);
        }
        assertThat(ofParameters).isEqualTo(Packing.rounded(parameters, format));
        assertThat(ofMomentum).isEqualTo(Packing.rounded(momentum, format));
      }
    }
  }

  private static float[] values(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(12) - 6));
    }
    return values;
  }
}
