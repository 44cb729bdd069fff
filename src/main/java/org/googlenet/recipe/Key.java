package org.googlenet.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The declaration of one recipe key: all that reading, writing, checking, identity and the
 * documentation know of it.
 *
 * <p>Two keys are equal only if they are the same object.
 */
final class Key<T> {

  /** The version of the first recipes. */
  static final String FIRST_VERSION = "0.1.0";

  private final Builder<T> declared;
  private final Function<Recipe, Optional<T>> value;

  private Key(Builder<T> declared, Function<Recipe, Optional<T>> value) {
    this.declared = declared;
    this.value = value;
  }

  static <T> Builder<T> of(String path, ValueType<T> type) {
    return new Builder<>(path, type);
  }

  /** Builds a key's declaration; {@link #from} or {@link #ifAny} completes it. */
  static final class Builder<T> {

    private final String path;
    private final ValueType<T> type;
    private String spoken;
    private String meaning;
    private String allowed;
    private Function<Values, ValueType<T>> narrowed;
    private Optional<T> fallback = Optional.empty();
    private final Map<Condition, T> fallbacks = new LinkedHashMap<>();
    private String fallbackWords = "none";
    private Optional<String> remedy = Optional.empty();
    private Optional<Key<?>> other = Optional.empty();
    private Condition use = Condition.ALWAYS;
    private Condition identity = Condition.ALWAYS;
    private String since = FIRST_VERSION;
    private Optional<String> before = Optional.empty();
    private final List<String> formerly = new ArrayList<>();

    private Builder(String path, ValueType<T> type) {
      this.path = path;
      this.type = type;
      this.spoken = path;
      this.allowed = type.allowed();
    }

    /** What the key means, in one line of Markdown. */
    Builder<T> means(String text) {
      meaning = text;
      return this;
    }

    /** The default value. */
    Builder<T> orElse(T value) {
      fallback = Optional.of(value);
      fallbackWords = type.shown(value);
      return this;
    }

    /** The default value under a condition on another key. */
    Builder<T> orElse(T value, Condition condition) {
      fallbacks.put(condition, value);
      fallbackWords += "; " + condition.words("and") + " " + type.shown(value);
      return this;
    }

    /** The recipe must give the key, since it has no default; the text is the remedy. */
    Builder<T> required(String text) {
      remedy = Optional.of(text);
      return this;
    }

    /** The same; the second text is what the documentation shows as the default. */
    Builder<T> required(String text, String otherwise) {
      fallbackWords = otherwise;
      return required(text);
    }

    /** The recipe must have either this key or the other one, not both. */
    Builder<T> insteadOf(Key<?> key, String text) {
      other = Optional.of(key);
      return required(text);
    }

    /** Which values are allowed depends on other keys. */
    Builder<T> narrowed(String words, Function<Values, ValueType<T>> byOthers) {
      allowed = words;
      narrowed = byOthers;
      return this;
    }

    /** The key is used only under this condition. */
    Builder<T> used(Condition when) {
      use = when;
      return this;
    }

    /** A run may change the value on its way; without this, the key decides the bits. */
    Builder<T> free() {
      return identity(Condition.NEVER);
    }

    /** The key decides the bits only under this condition. */
    Builder<T> identity(Condition when) {
      identity = when;
      return this;
    }

    /**
     * The key was added after the first version.
     *
     * @param version of this project that added it
     * @param old the value that means what was done before
     */
    Builder<T> since(String version, T old) {
      since = version;
      before = Optional.of(String.valueOf(type.write(old)));
      return this;
    }

    /** A path that it had in older versions. */
    Builder<T> formerly(String oldPath) {
      formerly.add(oldPath);
      return this;
    }

    /** What messages call the key, if not its path. */
    Builder<T> spoken(String name) {
      spoken = name;
      return this;
    }

    /** How to get the value from a recipe; called only if the key is used. */
    Key<T> from(Function<Recipe, T> getter) {
      return ifAny(getter.andThen(Optional::of));
    }

    /** The same for a key that a recipe need not have. */
    Key<T> ifAny(Function<Recipe, Optional<T>> getter) {
      return new Key<>(this, getter);
    }
  }

  /** The path, as in {@code training.batch}. */
  String path() {
    return declared.path;
  }

  String spoken() {
    return declared.spoken;
  }

  String meaning() {
    return declared.meaning;
  }

  /** What is allowed, in words for the documentation. */
  String allowed() {
    return declared.allowed;
  }

  /** The default, in words for the documentation. */
  String fallbackWords() {
    return declared.fallbackWords;
  }

  /** How its value is read, given the values of other keys. */
  ValueType<T> type(Values others) {
    return declared.narrowed == null ? declared.type : declared.narrowed.apply(others);
  }

  /** The default value, given the values of other keys; empty if there is none. */
  Optional<T> fallback(Values others) {
    return declared.fallbacks.entrySet().stream()
        .filter(each -> each.getKey().holds(others::text))
        .map(Map.Entry::getValue)
        .findFirst()
        .or(() -> declared.fallback);
  }

  /** What to do if the key is required and missing. */
  Optional<String> remedy() {
    return declared.remedy;
  }

  /** The key that a recipe may have in place of this one. */
  Optional<Key<?>> other() {
    return declared.other;
  }

  /** When the key is used. */
  Condition use() {
    return declared.use;
  }

  /** When the key decides the bits. */
  Condition identity() {
    return declared.identity;
  }

  /** The version that added the key. */
  String since() {
    return declared.since;
  }

  /**
   * The value, as text, that means what was done before the key was added; empty if it was always
   * there.
   */
  Optional<String> before() {
    return declared.before;
  }

  /** The paths that it had in older versions. */
  List<String> formerly() {
    return List.copyOf(declared.formerly);
  }

  /** Its value in a recipe; empty if it is not used there. */
  Optional<T> in(Recipe recipe) {
    return use().holds(each -> each.textIn(recipe)) ? value.apply(recipe) : Optional.empty();
  }

  /** Whether its value in a recipe is the default under the recipe's other values. */
  boolean hasDefaultIn(Recipe recipe) {
    Optional<T> ofCondition =
        declared.fallbacks.entrySet().stream()
            .filter(each -> each.getKey().holds(other -> other.textIn(recipe)))
            .map(Map.Entry::getValue)
            .findFirst();
    return in(recipe).equals(ofCondition.or(() -> declared.fallback));
  }

  /** Its value in a recipe, as YAML has it. */
  Optional<Object> writtenIn(Recipe recipe) {
    return in(recipe).map(declared.type::write);
  }

  /** Its value in a recipe, as text; empty if it is not used. */
  String textIn(Recipe recipe) {
    return in(recipe).map(this::text).orElse("");
  }

  /** A value as text, as checkpoints keep it. */
  String text(T value) {
    return String.valueOf(declared.type.write(value));
  }

  @Override
  public String toString() {
    return path();
  }
}
