package org.googlenet.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.googlenet.storage.InterruptedStore.Crash;
import org.googlenet.storage.InterruptedStore.Died;
import org.googlenet.storage.InterruptedStore.Moment;
import org.googlenet.storage.ObjectStore.Body;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store that kills its user does so where it is told, and only there. */
class InterruptedStoreTest {

  private static final Body BODY = Body.of("content".getBytes(UTF_8));

  private final ObjectStore store = new MemoryStore();

  @Test
  void withoutACrashItIsTheStore() throws IOException {
    InterruptedStore counting = new InterruptedStore(store, Crash.NEVER);
    counting.create("a", BODY);
    counting.overwrite("b", BODY);
    counting.delete("b");
    assertThat(counting.readBytes("a", 100)).asString(UTF_8).isEqualTo("content");
    assertThat(counting.list("")).hasSize(1);
    assertThat(counting.calls())
        .containsExactly("create a", "overwrite b", "delete b", "read a", "list ");
  }

  @Test
  void beforeACallItHasNoEffectAndAfterItItHas() throws IOException {
    assertThat(writtenAt(new Crash(2, Moment.BEFORE))).containsExactly("a");
    assertThat(writtenAt(new Crash(2, Moment.AFTER))).containsExactly("a", "b");
  }

  @Test
  void inTheMiddleOfABodyNothingIsWrittenAndNothingIsLeft(@TempDir Path folder) throws IOException {
    InterruptedStore dying =
        new InterruptedStore(new FileStore(folder.toString(), folder), new Crash(1, Moment.WITHIN));
    assertThatThrownBy(() -> dying.create("a", BODY)).isInstanceOf(Died.class);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void theDeadMakeNoFurtherCall() {
    InterruptedStore dying = new InterruptedStore(store, new Crash(1, Moment.BEFORE));
    assertThatThrownBy(() -> dying.create("a", BODY)).isInstanceOf(Died.class);
    assertThatThrownBy(() -> dying.create("b", BODY)).isInstanceOf(Died.class);
    assertThatThrownBy(() -> dying.list("")).isInstanceOf(Died.class);
    assertThat(dying.calls()).containsExactly("create a");
  }

  @Test
  void everyCallHasThreeMoments() {
    assertThat(InterruptedStore.crashes(4)).hasSize(12).doesNotHaveDuplicates();
  }

  private List<String> writtenAt(Crash crash) throws IOException {
    ObjectStore fresh = new MemoryStore();
    InterruptedStore dying = new InterruptedStore(fresh, crash);
    dying.create("a", BODY);
    assertThatThrownBy(() -> dying.create("b", BODY)).isInstanceOf(Died.class);
    return fresh.list("").stream().map(ObjectStore.Entry::name).toList();
  }
}
