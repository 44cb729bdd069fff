package org.googlenet.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.googlenet.LocalSpark;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.LearningRateSchedule;
import org.googlenet.model.MomentumSgd;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model outlives the context that it was opened on, as in a notebook. */
@Timeout(300)
class RestartedSparkTest {

  @Tag("slow")
  @Test
  void aModelPredictsOnANewContextWhenItsOwnIsStopped(@TempDir Path folder) throws Exception {
    Path zip = folder.resolve("fresh.zip");
    ComputationGraph network =
        new ComputationGraph(
            GoogLeNet.of(10, GoogLeNet.SMALLEST_SIDE)
                .configuration(MomentumSgd.of(LearningRateSchedule.constant(0.1)), 0, 1));
    network.init();
    ModelSerializer.writeModel(network, zip.toFile(), false);
    Frames.session();
    GoogLeNetModel model = GoogLeNetModel.open(zip.toString()).setInputCol("content");
    List<Row> before = predictions(model);
    LocalSpark.stop();
    assertThat(predictions(model)).hasSize(2).isEqualTo(before);
  }

  private static List<Row> predictions(GoogLeNetModel model) {
    return model
        .transform(Frames.files(2))
        .select("path", "probability")
        .orderBy("path")
        .collectAsList();
  }
}
