package org.googlenet.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others add is found by its name. */
class NamedServicesTest {

  @TempDir private Path folder;

  /** What the tests' service file has two implementations of. */
  public interface Animal extends Named {}

  /** Listed in the tests' service file. */
  public static final class Dog implements Animal {
    @Override
    public String name() {
      return "dog";
    }
  }

  /** Listed in the tests' service file. */
  public static final class Cat implements Animal {
    @Override
    public String name() {
      return "cat";
    }
  }

  /** Listed where a test writes it only. */
  public static final class Emu implements Animal {
    @Override
    public String name() {
      return "emu";
    }
  }

  /** Listed where a test writes it only. */
  public static final class OtherDog implements Animal {
    @Override
    public String name() {
      return "dog";
    }
  }

  private static NamedServices<Animal> animals() {
    return NamedServices.of(Animal.class, "animal");
  }

  @Test
  void eachIsFoundByItsName() {
    assertThat(animals().names()).containsExactly("cat", "dog");
    assertThat(animals().get("dog")).isInstanceOf(Dog.class);
    assertThat(animals().find("emu")).isEmpty();
  }

  @Test
  void anUnknownNameIsAnsweredWithThoseThatThereAre() {
    assertThatThrownBy(() -> animals().get("emu"))
        .isInstanceOfSatisfying(
            LookUpProblem.class, problem -> assertThat(problem.exitCode()).isEqualTo(2))
        .hasMessage(
            "animal 'emu' is not known; name one of cat, dog, or put the jar that has it on the class"
                + " path");
  }

  @Test
  void whatOnlyTheThreadsContextLoaderKnowsIsFoundToo() throws IOException {
    List<String> names = withListed(Emu.class.getName(), () -> animals().names());
    assertThat(names).containsExactly("cat", "dog", "emu");
    assertThat(animals().names()).containsExactly("cat", "dog");
  }

  @Test
  void whatBothLoadersListIsOne() throws IOException {
    List<String> names = withListed(Dog.class.getName(), () -> animals().names());
    assertThat(names).containsExactly("cat", "dog");
  }

  @Test
  void twoOfOneNameAreRefused() {
    assertThatThrownBy(() -> withListed(OtherDog.class.getName(), () -> animals().names()))
        .isInstanceOf(LookUpProblem.class)
        .hasMessageContainingAll(
            "animal 'dog'", Dog.class.getName(), OtherDog.class.getName(), "take one off");
  }

  @Test
  void oneThatCannotBeLoadedIsNamed() {
    assertThatThrownBy(() -> withListed("org.example.Gone", () -> animals().names()))
        .isInstanceOf(LookUpProblem.class)
        .hasMessageStartingWith("animal: cannot be loaded (")
        .hasMessageContaining("org.example.Gone")
        .message()
        .doesNotContain("\n");
  }

  /** Looks with a context loader that has a service file of its own. */
  private List<String> withListed(String implementation, Look look) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(Animal.class.getName()), implementation);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, Animal.class.getClassLoader())) {
      thread.setContextClassLoader(loader);
      return look.names();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private interface Look {
    List<String> names();
  }
}
