package org.googlenet.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecipeDocsTest {

  private static final Path DOCS = Path.of("docs/recipe.md");
  private static final KeyTables TABLES = new KeyTables(RecipeKeys.ALL);

  /** With {@code -Ddocs.write=true} it writes the file. */
  @Test
  void theTablesAreThoseOfTheDeclaration() throws IOException {
    String written = Files.readString(DOCS);
    String declared = TABLES.fill(written);
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(DOCS, declared);
      return;
    }
    assertThat(written)
        .as(
            "%s is behind the keys that are declared; write it by scripts/test -Dtest=RecipeDocsTest -Ddocs.write=true",
            DOCS)
        .isEqualTo(declared);
  }

  @Test
  void everySectionIsInOneTable() throws IOException {
    assertThat(KeyTables.sections(Files.readString(DOCS)))
        .containsExactlyInAnyOrderElementsOf(TABLES.sections());
  }

  @Test
  void aTableSaysSinceWhenAKeyIsThereAndWhatItWasCalled() {
    Key<Integer> later =
        Key.of("averaging.stale", new ValueType.Int(0, 10))
            .means("rounds that a result may be late")
            .orElse(3)
            .since("0.2.0", 0)
            .formerly("averaging.late")
            .from(recipe -> 0);
    KeyTables tables = new KeyTables(new Keys(List.of(later), List.of(), List.of()));

    assertThat(tables.fill("<!-- keys: averaging -->\n<!-- end of keys -->"))
        .contains(
            "\n| `averaging.stale` | rounds that a result may be late | 0..10 | 3 | identity; since 0.2.0; formerly `averaging.late` |\n");
  }
}
