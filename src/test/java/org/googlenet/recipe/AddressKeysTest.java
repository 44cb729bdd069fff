package org.googlenet.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.googlenet.recipe.SmallRecipe.SMALLEST;
import static org.googlenet.recipe.SmallRecipe.load;
import static org.googlenet.recipe.SmallRecipe.problems;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The addresses of servers that are told of a training, which its run keeps. */
class AddressKeysTest {

  @ParameterizedTest
  @ValueSource(strings = {"http://host:5000", "https://a.b/c@d", "events.jsonl", "/tmp/a@b.jsonl"})
  void anAddressIsTaken(String address) {
    assertThat(load(SMALLEST, "report.openlineage=" + address).report().lineage().url())
        .isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://host:5000", "https://a.b/c@d", "HTTP://[::1]:5000/"})
  void aServerOfMlflowIsTaken(String address) {
    assertThat(load(SMALLEST, "report.mlflow=" + address).report().mlflow().uri())
        .isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host", "host:5000", "mlruns", "http://", "http://host/?a=b"})
  void whatIsNoServerOfMlflowIsRefusedBeforeATraining(String address) {
    assertThat(problems(SMALLEST, "report.mlflow.uri=" + address))
        .singleElement()
        .asString()
        .startsWith("report.mlflow.uri: ")
        .contains("the URL of a server, such as http://host:5000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://user:secret@host:5000", "https://token@host/x"})
  void aUserOrPasswordIsRefused(String address) {
    for (String key : new String[] {"report.mlflow.uri", "report.openlineage.url"}) {
      assertThat(problems(SMALLEST, key + "=" + address))
          .singleElement()
          .asString()
          .startsWith(key)
          .contains("without user and password, which belong in the environment");
    }
  }
}
