package org.googlenet.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.googlenet.common.DurationText;
import org.googlenet.common.SizeText;

/**
 * One mapping of a recipe while it is read: each question names a key, its default and its range,
 * notes a problem where the value does not fit, and goes on with the default.
 */
final class Section {

  private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9_]*)");
  private static final Pattern REAL =
      Pattern.compile("[-+]?([0-9][0-9_]*\\.?[0-9_]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");

  private final String path;
  private final Map<String, Node> fields;
  private final Problems problems;
  private final Set<String> asked = new LinkedHashSet<>();
  private final String shorthand;

  private Section(String path, Map<String, Node> fields, Problems problems, String shorthand) {
    this.path = path;
    this.fields = fields;
    this.problems = problems;
    this.shorthand = shorthand;
  }

  /** The whole recipe. */
  static Section root(Node node, Problems problems) {
    if (!(node instanceof Node.Fields) && !node.isNothing()) {
      problems.note(node.shown() + ": must be a mapping of keys, such as 'run: sample'");
    }
    return new Section("", fieldsOf(node), problems, "");
  }

  /** The mapping under a key, or what a scalar there is short for; an absent one is empty. */
  Section section(String key) {
    Node node = ask(key).orElse(new Node.Fields(Map.of()));
    Optional<String> first = Shorthand.firstKey(pathOf(key));
    if (first.isPresent() && node instanceof Node.Scalar) {
      return new Section(pathOf(key), Map.of(first.get(), node), problems, first.get());
    }
    if (!(node instanceof Node.Fields)) {
      refuse(key, node.shown(), "must be a mapping of keys");
    }
    return new Section(pathOf(key), fieldsOf(node), problems, "");
  }

  private static Map<String, Node> fieldsOf(Node node) {
    return node instanceof Node.Fields fields ? new LinkedHashMap<>(fields.entries()) : Map.of();
  }

  boolean has(String key) {
    return ask(key).isPresent();
  }

  /** True where the key has that very text. */
  boolean isText(String key, String text) {
    return ask(key)
        .map(node -> node instanceof Node.Scalar scalar && scalar.text().equals(text))
        .orElse(false);
  }

  int integer(String key, int fallback, int least, int most) {
    return (int) whole(key, fallback, least, most);
  }

  long whole(String key, long fallback, long least, long most) {
    Optional<Node> given = ask(key);
    if (given.isEmpty()) {
      return fallback;
    }
    String allowed = least + ".." + most;
    if (!(given.get() instanceof Node.Scalar scalar) || !isNumber(scalar, WHOLE)) {
      refuse(key, given.get().shown(), "must be a whole number, " + allowed);
      return fallback;
    }
    try {
      long value = Long.parseLong(scalar.text().replace("_", ""));
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException tooLong) {
      // The range below says what is allowed.
    }
    refuse(key, scalar.shown(), "must be " + allowed);
    return fallback;
  }

  double real(String key, double fallback, Interval allowed) {
    return ask(key).map(node -> number(key, node, fallback, allowed)).orElse(fallback);
  }

  /** A list of exactly as many numbers as there are defaults. */
  List<Double> reals(String key, List<Double> fallback, Interval allowed) {
    Optional<Node> given = ask(key);
    if (given.isEmpty()) {
      return fallback;
    }
    if (!(given.get() instanceof Node.Items items) || items.entries().size() != fallback.size()) {
      refuse(
          key,
          given.get().shown(),
          "must be a list of " + fallback.size() + " numbers, each " + allowed);
      return fallback;
    }
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < fallback.size(); i++) {
      values.add(number(key, items.entries().get(i), fallback.get(i), allowed));
    }
    return values;
  }

  private double number(String key, Node node, double fallback, Interval allowed) {
    if (!(node instanceof Node.Scalar scalar) || !isNumber(scalar, REAL)) {
      refuse(key, node.shown(), "must be a number, " + allowed);
      return fallback;
    }
    double value = Double.parseDouble(scalar.text().replace("_", ""));
    if (!allowed.contains(value)) {
      refuse(key, scalar.shown(), "must be " + allowed);
      return fallback;
    }
    return value;
  }

  private static boolean isNumber(Node.Scalar scalar, Pattern form) {
    return scalar.kind() == Node.Kind.NUMBER && form.matcher(scalar.text()).matches();
  }

  <E extends Enum<E>> E choice(String key, E fallback) {
    Optional<Node> given = ask(key);
    if (given.isEmpty()) {
      return fallback;
    }
    E[] values = fallback.getDeclaringClass().getEnumConstants();
    for (E value : values) {
      if (given.get() instanceof Node.Scalar scalar && scalar.text().equals(name(value))) {
        return value;
      }
    }
    refuse(
        key,
        given.get().shown(),
        "must be one of "
            + Arrays.stream(values).map(Section::name).collect(Collectors.joining(", ")));
    return fallback;
  }

  static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** A duration such as {@code 60s}. */
  Duration duration(String key, Duration fallback, Duration least, Duration most) {
    Optional<Node> given = ask(key);
    if (given.isEmpty()) {
      return fallback;
    }
    Optional<Duration> value =
        given.get() instanceof Node.Scalar scalar
            ? DurationText.parse(scalar.text())
            : Optional.empty();
    if (value.isPresent()
        && value.get().compareTo(least) >= 0
        && value.get().compareTo(most) <= 0) {
      return value.get();
    }
    refuse(
        key,
        given.get().shown(),
        "must be a number with ms, s, m or h, "
            + DurationText.format(least)
            + ".."
            + DurationText.format(most));
    return fallback;
  }

  /** A number of bytes such as {@code 20GB}. */
  long bytes(String key, long fallback) {
    Optional<Node> given = ask(key);
    if (given.isEmpty()) {
      return fallback;
    }
    Optional<Long> value =
        given.get() instanceof Node.Scalar scalar
            ? SizeText.parse(scalar.text())
            : Optional.empty();
    if (value.isEmpty()) {
      refuse(key, given.get().shown(), "must be none or a whole number with MB, GB or TB");
    }
    return value.orElse(fallback);
  }

  /** Text that matches a form; what YAML takes for a number is text as written. */
  String text(String key, String fallback, Pattern form, String allowed) {
    Optional<Node> given = ask(key);
    if (given.isEmpty()) {
      return fallback;
    }
    if (given.get() instanceof Node.Scalar scalar && form.matcher(scalar.text()).matches()) {
      return scalar.text();
    }
    refuse(key, given.get().shown(), "must be " + allowed);
    return fallback;
  }

  /** Notes that a key has no default and was not given. */
  void missing(String key, String remedy) {
    problems.value(pathOf(key), shownPath(key) + ": missing; " + remedy);
  }

  /** Notes that a key's value is not allowed. */
  void refuse(String key, String shown, String allowed) {
    String flat = shown.replaceAll("\\s+", " ");
    problems.value(pathOf(key), shownPath(key) + ": " + flat + ": " + allowed);
  }

  /** Refuses keys that have a meaning only beside another value. */
  void unused(String beside, String... keys) {
    for (String key : keys) {
      ask(key)
          .ifPresent(node -> refuse(key, node.shown(), "not used by " + beside + "; leave it out"));
    }
  }

  /** Refuses every key that nobody asked for; the last question to a section. */
  void end() {
    fields.keySet().stream()
        .filter(key -> !asked.contains(key))
        .forEach(key -> problems.unknownKey(path, key));
  }

  private Optional<Node> ask(String key) {
    asked.add(key);
    problems.knownKey(pathOf(key));
    return Optional.ofNullable(fields.get(key)).filter(node -> !node.isNothing());
  }

  private String pathOf(String key) {
    return KnownKeys.join(path, key);
  }

  private String shownPath(String key) {
    return key.equals(shorthand) ? path : pathOf(key);
  }
}
