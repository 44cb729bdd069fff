package org.googlenet.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.googlenet.LocalSpark;
import org.googlenet.averaging.Results.Report;
import org.googlenet.recipe.Recipe.Compression;
import org.googlenet.spark.Blocks;
import org.googlenet.spark.Blocks.Block;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sum of a piece, of results that lie in the local Spark's block manager. */
class PieceSumTest {

  private static final int PARAMETERS = 3 * (1 << 15) + 777;
  private static final int MOMENTUM = (1 << 15) + 5;

  private final Broadcast<Integer> owner = LocalSpark.context().broadcast(0);
  private final Pieces pieces = Pieces.of(PARAMETERS, MOMENTUM, 4, 1);

  @AfterEach
  void removeBlocks() {
    owner.destroy();
  }

  @ParameterizedTest
  @CsvSource({"1, NONE", "2, NONE", "4, NONE", "5, NONE", "16, NONE", "2, BF16", "16, FP16"})
  void howManyResultsAreReadAtOnceChangesNoBit(int atOnce, Compression compression)
      throws IOException {
    List<WorkerResult> results = results(5);

    float[][] mean = mean(results, atOnce, compression);

    List<WorkerResult> arrived =
        results.stream().map(result -> result.rounded(compression)).toList();
    assertThat(mean[0]).isEqualTo(ReferenceMean.mean(arrived, WorkerResult::parameters));
    assertThat(mean[1]).isEqualTo(ReferenceMean.mean(arrived, WorkerResult::momentum));
  }

  @Test
  void theMeanOfOneResultIsThatResult() throws IOException {
    List<WorkerResult> one = results(1);

    float[][] mean = mean(one, 2, Compression.NONE);

    assertThat(mean[0]).isEqualTo(one.get(0).parameters());
    assertThat(mean[1]).isEqualTo(one.get(0).momentum());
  }

  /** The mean of all pieces, which one sum makes one after the other. */
  private float[][] mean(List<WorkerResult> results, int atOnce, Compression compression)
      throws IOException {
    assertThat(pieces.count()).isGreaterThan(2);
    List<Report> reports = results.stream().map(result -> keep(result, compression)).toList();
    List<Block> blocks = new ArrayList<>();
    for (int piece = 0; piece < pieces.count(); piece++) {
      for (Report report : reports) {
        blocks.add(report.block(piece));
      }
    }
    float[][] mean = {new float[PARAMETERS], new float[MOMENTUM]};
    PieceSum sum = new PieceSum(pieces, reports, compression, atOnce);
    try (Blocks.Arrivals arrivals = new Blocks.Arrivals(blocks, 1 << 18)) {
      for (int piece = 0; piece < pieces.count(); piece++) {
        ByteBuffer packed = sum.mean(piece, arrivals);
        byte[] bytes = new byte[packed.remaining()];
        packed.get(bytes);
        pieces.unpack(piece, new ByteArrayInputStream(bytes), mean[0], mean[1], Compression.NONE);
      }
    }
    return mean;
  }

  private Report keep(WorkerResult result, Compression compression) {
    Report report =
        new Report(result.worker(), owner.id(), 0, Blocks.here(), pieces, result.metrics());
    for (int piece = 0; piece < pieces.count(); piece++) {
      Blocks.put(
          owner.id(),
          report.block(piece).name(),
          pieces.pack(piece, result.parameters(), result.momentum(), compression),
          StorageLevel.MEMORY_AND_DISK_SER());
    }
    return report;
  }

  private static List<WorkerResult> results(int workers) {
    Random random = new Random(workers);
    List<WorkerResult> results = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      results.add(
          new WorkerResult(
              worker,
              values(random, PARAMETERS),
              values(random, MOMENTUM),
              RoundMetrics.of(1 + random.nextInt(40), 1, new double[1], "A")));
    }
    return results;
  }

  /** Of sizes far apart, so that the order of a sum shows. */
  private static float[] values(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(8)));
    }
    return values;
  }
}
