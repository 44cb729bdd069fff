package org.googlenet.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.googlenet.engine.onednn.Plan;
import org.googlenet.engine.onednn.kernel.Primitives;

/**
 * The public constructors and methods of the engine's packages, as whoever has the jar sees them.
 */
final class PublicMethods {

  private static final List<Package> PACKAGES =
      List.of(Engine.class.getPackage(), Plan.class.getPackage(), Primitives.class.getPackage());

  /** Of every object, record or enum. */
  private static final Set<String> OF_OBJECTS =
      Set.of("equals", "hashCode", "toString", "values", "ordinal", "compareTo");

  private PublicMethods() {}

  /** All of the three packages that take something or do something. */
  static List<Executable> all() {
    return classes().flatMap(PublicMethods::of).toList();
  }

  /** {@code Window.out(in, axis)}. */
  static String name(Executable executable) {
    String type =
        executable.getDeclaringClass().getName().replaceFirst(".*\\.", "").replace('$', '.');
    List<String> parameters =
        Arrays.stream(executable.getParameters())
            .map(java.lang.reflect.Parameter::getName)
            .toList();
    String name = executable instanceof Constructor ? "new" : executable.getName();
    return "%s.%s(%s)".formatted(type, name, String.join(", ", parameters));
  }

  private static Stream<Executable> of(Class<?> type) {
    Stream<Executable> methods =
        Arrays.stream(type.getDeclaredMethods())
            .filter(method -> !method.isSynthetic() && !OF_OBJECTS.contains(method.getName()))
            .filter(method -> !Modifier.isAbstract(method.getModifiers()))
            .map(Executable.class::cast);
    return Stream.concat(Arrays.stream(type.getDeclaredConstructors()), methods)
        .filter(executable -> Modifier.isPublic(executable.getModifiers()));
  }

  private static Stream<Class<?>> classes() {
    return PACKAGES.stream()
        .map(Package::getName)
        .flatMap(PublicMethods::names)
        .<Class<?>>map(PublicMethods::load)
        .filter(PublicMethods::isPublic);
  }

  private static boolean isPublic(Class<?> type) {
    return type == null
        || (Modifier.isPublic(type.getModifiers()) && isPublic(type.getEnclosingClass()));
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<String> names(String packageName) {
    try {
      Path root = Path.of(Engine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (Stream<Path> files = Files.list(root.resolve(packageName.replace('.', '/')))) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(file -> file.endsWith(".class") && !file.startsWith("package-info"))
            .map(file -> packageName + "." + file.replace(".class", ""))
            .sorted()
            .toList()
            .stream();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The method as one that can be called on an object, whatever its class. */
  static Object call(Executable executable, Object on, Object... arguments)
      throws ReflectiveOperationException {
    return executable instanceof Constructor<?> constructor
        ? constructor.newInstance(arguments)
        : ((Method) executable).invoke(on, arguments);
  }
}
