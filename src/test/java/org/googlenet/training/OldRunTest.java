package org.googlenet.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.googlenet.TinyTraining;
import org.googlenet.report.TrainingEvent.Resumed;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.StateFile;
import org.googlenet.training.TinyRuns.Trained;
import org.googlenet.training.TrainingJob.Options;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run of 0.1.0, whose driver was killed in the first round, goes on with this version.
 *
 * <p>It began with a model that repeats a few numbers, so that it could be packed. It is packed
 * twice since the first time leaves repetitions.
 */
@Timeout(900)
class OldRunTest {

  private static final String PACKED = "/run-begun-by-0.1.0.tar.gz.gz";

  /** SHA-256 of the parameters after the last round, as 0.1.0 reached them. */
  private static final String REACHED_BY_0_1_0 =
      "0f02a12dea8e0b3f0cba1e6992023673c843708931b21041dace6a9118481f15";

  /** The labels of 0.1.0's checkpoint that name what rounds the last bits. */
  private static final StateFile.Arithmetic ARITHMETIC_OF_0_1_0 =
      new StateFile.Arithmetic("onednn", "avx512_core_bf16; amd64 level 3, built for 1", "fp32", 1);

  @TempDir private static Path folder;

  private static TinyRuns runs;

  @BeforeAll
  static void unpack() throws IOException {
    try (InputStream packed = OldRunTest.class.getResourceAsStream(PACKED);
        TarArchiveInputStream tar =
            new TarArchiveInputStream(
                new BufferedInputStream(new GZIPInputStream(new GZIPInputStream(packed))))) {
      for (TarArchiveEntry file = tar.getNextEntry(); file != null; file = tar.getNextEntry()) {
        Path target = folder.resolve(file.getName());
        Files.createDirectories(target.getParent());
        Files.copy(tar, target);
      }
    }
    runs = new TinyRuns(new TinyTraining(folder));
  }

  private static Trained train(Options options, String run) {
    return runs.train(
        options,
        "run=" + run,
        "output=" + folder.resolve("runs"),
        "data.train=" + folder.resolve("train"),
        "data.validation=" + folder.resolve("validation"));
  }

  @Test
  void itEndsWithTheBitsThatTheOldVersionWouldHaveReached() throws IOException {
    Path model = runs.tiny().run("old").resolve("checkpoints/000000-0001");
    train(Options.NONE.beginningWith(model.toString()), "unbroken");

    Trained rest = train(TinyRuns.PLAIN, "old");

    assertThat(rest.last(Resumed.class).round()).isZero();
    assertThat(runs.parameters("old")).isEqualTo(runs.parameters("unbroken"));
    if (arithmetic("old").equals(ARITHMETIC_OF_0_1_0)) {
      assertThat(runs.parameters("old")).isEqualTo(REACHED_BY_0_1_0);
    }
  }

  private static StateFile.Arithmetic arithmetic(String run) throws IOException {
    return CheckpointCodec.readStateFile(Checkpoint.newest(runs.store(run))).arithmetic();
  }
}
