package org.googlenet.common;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/**
 * The implementations of an interface that are on the class path, by their names.
 *
 * <p>An implementation is a public class with a public constructor without parameters, listed in a
 * file {@code META-INF/services/} + the interface's name, as {@link ServiceLoader} requires. It is
 * looked for by the interface's class loader and by the thread's context class loader, which in a
 * Spark executor also sees the jars of {@code --jars}.
 *
 * @param <T> the interface
 */
public final class NamedServices<T extends Named> {

  private final String what;
  private final Map<String, T> byName;

  private NamedServices(String what, Map<String, T> byName) {
    this.what = what;
    this.byName = byName;
  }

  /**
   * Looks for implementations and makes one of each.
   *
   * @param what one of them is, for messages: {@code shard format}
   * @throws LookUpProblem if one cannot be loaded, or two have the same name
   */
  public static <T extends Named> NamedServices<T> of(Class<T> type, String what) {
    Map<String, T> byName = new TreeMap<>();
    Set<String> classes = new LinkedHashSet<>();
    for (ClassLoader loader : loaders(type)) {
      for (ServiceLoader.Provider<T> provider : providers(type, what, loader)) {
        if (classes.add(provider.type().getName())) {
          add(byName, what, instance(provider, what));
        }
      }
    }
    return new NamedServices<>(what, byName);
  }

  /** The names, sorted. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** The implementation of a name; empty if there is none. */
  public Optional<T> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * The implementation of a name.
   *
   * @throws LookUpProblem if there is none; it lists the names that there are
   */
  public T get(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new LookUpProblem(
                    "%s '%s' is not known; %sput the jar that has it on the class path"
                        .formatted(what, name, nameOneOf())));
  }

  private String nameOneOf() {
    return byName.isEmpty() ? "" : "name one of " + String.join(", ", names()) + ", or ";
  }

  private static List<ClassLoader> loaders(Class<?> type) {
    ClassLoader own = type.getClassLoader();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    List<ClassLoader> loaders = new ArrayList<>();
    loaders.add(own);
    if (context != null && context != own && knows(context, type)) {
      loaders.add(context);
    }
    return loaders;
  }

  /** A class loader that prefers its own classes may have another interface of the same name. */
  private static boolean knows(ClassLoader loader, Class<?> type) {
    try {
      return Class.forName(type.getName(), false, loader) == type;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static <T> List<ServiceLoader.Provider<T>> providers(
      Class<T> type, String what, ClassLoader loader) {
    try {
      return ServiceLoader.load(type, loader).stream().toList();
    } catch (ServiceConfigurationError | LinkageError e) {
      throw broken(what, e);
    }
  }

  private static <T> T instance(ServiceLoader.Provider<T> provider, String what) {
    try {
      return provider.get();
    } catch (ServiceConfigurationError | LinkageError e) {
      throw broken(what, e);
    }
  }

  private static <T extends Named> void add(Map<String, T> byName, String what, T one) {
    T other = byName.putIfAbsent(one.name(), one);
    if (other != null) {
      throw new LookUpProblem(
          "%s '%s' is what both %s and %s call themselves; take one off the class path"
              .formatted(what, one.name(), other.getClass().getName(), one.getClass().getName()));
    }
  }

  private static LookUpProblem broken(String what, Throwable cause) {
    return new LookUpProblem(
        "%s: cannot be loaded (%s); mend its jar or take it off the class path"
            .formatted(what, cause.getMessage()),
        cause);
  }
}
