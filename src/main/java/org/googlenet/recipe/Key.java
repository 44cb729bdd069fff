package org.googlenet.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The declaration of one key of a recipe: all that reading, writing, refusing, identity and the
 * documentation know of it.
 *
 * <p>Two keys are equal only if they are the same.
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

  /** What is said of a key, one thing after the other; {@link #from} or {@link #ifAny} ends it. */
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

    /** What it is, in one line of Markdown. */
    Builder<T> means(String text) {
      meaning = text;
      return this;
    }

    /** The value of a recipe that has none. */
    Builder<T> orElse(T value) {
      fallback = Optional.of(value);
      fallbackWords = type.shown(value);
      return this;
    }

    /** The same, depending on another key. */
    Builder<T> orElse(T value, Condition condition) {
      fallbacks.put(condition, value);
      fallbackWords += "; " + condition.words("and") + " " + type.shown(value);
      return this;
    }

    /** There is no such value, and the recipe must have one. */
    Builder<T> required(String text) {
      remedy = Optional.of(text);
      return this;
    }

    /** As {@link #required}, where the recipe's file can tell. */
    Builder<T> required(String text, String otherwise) {
      fallbackWords = otherwise;
      return required(text);
    }

    /** The recipe must have this key or another one, and not both. */
    Builder<T> insteadOf(Key<?> key, String text) {
      other = Optional.of(key);
      return required(text);
    }

    /** What is allowed depends on other values. */
    Builder<T> narrowed(String words, Function<Values, ValueType<T>> byOthers) {
      allowed = words;
      narrowed = byOthers;
      return this;
    }

    /** The key means something only then. */
    Builder<T> used(Condition when) {
      use = when;
      return this;
    }

    /** A run may change it on its way; without this, it decides the bits. */
    Builder<T> free() {
      return identity(Condition.NEVER);
    }

    /** It decides the bits only then. */
    Builder<T> identity(Condition when) {
      identity = when;
      return this;
    }

    /**
     * It came with a later version.
     *
     * @param version of this project
     * @param old the value with which everything is as it was before
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

    /** What messages call it where it is not its path. */
    Builder<T> spoken(String name) {
      spoken = name;
      return this;
    }

    /** Where a recipe has it; asked only if the key is used. */
    Key<T> from(Function<Recipe, T> getter) {
      return ifAny(getter.andThen(Optional::of));
    }

    /** The same where a recipe need not have it. */
    Key<T> ifAny(Function<Recipe, Optional<T>> getter) {
      return new Key<>(this, getter);
    }
  }

  /** As in {@code training.batch}. */
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

  /** What a recipe without it has, in words for the documentation. */
  String fallbackWords() {
    return declared.fallbackWords;
  }

  /** How its value is read beside other values. */
  ValueType<T> type(Values others) {
    return declared.narrowed == null ? declared.type : declared.narrowed.apply(others);
  }

  /** The value of a recipe that has none; empty if there is none either. */
  Optional<T> fallback(Values others) {
    return declared.fallbacks.entrySet().stream()
        .filter(each -> each.getKey().holds(others::text))
        .map(Map.Entry::getValue)
        .findFirst()
        .or(() -> declared.fallback);
  }

  /** What to do where it must be given and is not. */
  Optional<String> remedy() {
    return declared.remedy;
  }

  /** The key that a recipe may have in place of this one. */
  Optional<Key<?>> other() {
    return declared.other;
  }

  /** When it means something. */
  Condition use() {
    return declared.use;
  }

  /** When it decides the bits. */
  Condition identity() {
    return declared.identity;
  }

  /** The version that it came with. */
  String since() {
    return declared.since;
  }

  /** The value, as text, that means what was done before it came; empty if it was always there. */
  Optional<String> before() {
    return declared.before;
  }

  /** Paths that it had in older versions. */
  List<String> formerly() {
    return List.copyOf(declared.formerly);
  }

  /** Its value in a recipe; empty if it is not used there. */
  Optional<T> in(Recipe recipe) {
    return use().holds(each -> each.textIn(recipe)) ? value.apply(recipe) : Optional.empty();
  }

  /** The same as YAML has it. */
  Optional<Object> writtenIn(Recipe recipe) {
    return in(recipe).map(declared.type::write);
  }

  /** The same as text; empty if it is not used. */
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
