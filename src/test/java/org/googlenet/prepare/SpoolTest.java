package org.googlenet.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.googlenet.LocalSpark;
import org.googlenet.data.format.DataProblem;
import org.junit.jupiter.api.Test;

/** A spool gives all that it has been given, as often as it is asked. */
class SpoolTest {

  private static final ImageRef IMAGE = new ImageRef("key", 0, "object", 0, 1);

  private static List<String> told(Spool spool) throws IOException {
    List<String> told = new ArrayList<>();
    for (Iterator<Spool.Item> items = spool.items(); items.hasNext(); ) {
      items
          .next()
          .tell(
              IMAGE,
              new ImageSource.Visitor() {
                @Override
                public void image(ImageRef image, byte[] encoded) {
                  told.add(image.key() + "=" + new String(encoded, UTF_8));
                }

                @Override
                public void gone(ImageRef image, DataProblem why) {
                  told.add(image.key() + ": " + why.getMessage());
                }
              });
    }
    return told;
  }

  /** Spark deletes those of shuffles, which others have left, when it likes. */
  private static long files() {
    return Arrays.stream(SparkEnv.get().blockManager().diskBlockManager().localDirs())
        .flatMap(folder -> Arrays.stream(folder.listFiles()))
        .flatMap(below -> Arrays.stream(below.list()))
        .filter(name -> name.startsWith("temp_local_"))
        .count();
  }

  @Test
  void whatCameIsToldInItsOrderEachTimeAndGoesWithTheTask() {
    LocalSpark.context().parallelize(List.of(1), 1).collect();
    long before = files();
    List<List<String>> told =
        LocalSpark.context()
            .parallelize(List.of(1), 1)
            .map(
                one -> {
                  Spool spool = Spool.ofTask();
                  spool.image(IMAGE, "first".getBytes(UTF_8));
                  spool.gone(IMAGE, new DataProblem("wént"));
                  spool.image(IMAGE, new byte[0]);
                  assertThat(files()).isEqualTo(before + 1);
                  return List.of(told(spool), told(spool));
                })
            .collect()
            .get(0);
    assertThat(told.get(0)).containsExactly("key=first", "key: wént", "key=");
    assertThat(told.get(1)).isEqualTo(told.get(0));
    assertThat(files()).isEqualTo(before);
  }
}
