package org.googlenet.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.googlenet.LocalSpark;
import org.googlenet.TinyTraining;
import org.googlenet.evaluation.Gate;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.retrain.RetrainingEvent.Validated;
import org.googlenet.storage.Stores;
import org.googlenet.training.TrainingJob.End;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class RetrainingTest {

  private static final int TERMINATED = 143;

  @TempDir private Path folder;

  private final List<RetrainingEvent> events = new ArrayList<>();

  @Test
  void aStopBeforeTheTrainingLeavesTheRunUntouched() throws IOException {
    TinyTraining tiny = TinyTraining.in(folder);
    Recipe recipe =
        RecipeLoader.load(
            Files.readString(tiny.recipe()), tiny.recipe().toString(), List.of("run=stopped"));
    Retraining.Request request =
        new Retraining.Request(
            recipe,
            new Gate(0, 1, 0.0),
            false,
            Duration.ZERO,
            Duration.ZERO,
            "me",
            (model, version, gate) -> new byte[0]);
    Retraining[] retraining = new Retraining[1];
    retraining[0] =
        new Retraining(
            LocalSpark.context(),
            new Stores(Map.of()),
            request,
            event -> {},
            event -> {
              events.add(event);
              retraining[0].stop(TERMINATED); // while the data are being validated
            });

    assertThat(retraining[0].run()).isEqualTo(End.INTERRUPTED);

    assertThat(events).singleElement().isInstanceOf(Validated.class);
    assertThat(tiny.run("stopped")).doesNotExist();
  }
}
