package org.googlenet.recipe;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.googlenet.common.DurationText;
import org.googlenet.common.SizeText;
import org.googlenet.common.Tolerance;

/** The type of a recipe key's values: how one is read, what is allowed, and how it is written. */
interface ValueType<T> {

  /**
   * Reads a value.
   *
   * @throws Refused if it is not allowed
   */
  T read(Node node) throws Refused;

  /** A value as YAML has it: a number, a text, or a list of numbers. */
  Object write(T value);

  /** What is allowed, in words for the documentation. */
  String allowed();

  /** A value as the documentation shows it. */
  default String shown(T value) {
    Object written = write(value);
    return written instanceof Number number
        ? new BigDecimal(number.toString()).stripTrailingZeros().toPlainString()
        : "`" + written + "`";
  }

  /** Whole numbers, both ends allowed. */
  record Whole(long least, long most) implements ValueType<Long> {

    private static final Pattern FORM = Pattern.compile("[-+]?(0|[1-9][0-9_]*)");

    @Override
    public Long read(Node node) throws Refused {
      if (!(node instanceof Node.Scalar scalar) || !scalar.isNumber(FORM)) {
        throw new Refused(node.shown(), "must be a whole number, " + range());
      }
      try {
        long value = Long.parseLong(scalar.digits());
        if (value >= least && value <= most) {
          return value;
        }
      } catch (NumberFormatException tooLong) {
        // The range below says what is allowed.
      }
      throw new Refused(scalar.shown(), "must be " + range());
    }

    @Override
    public Object write(Long value) {
      return value;
    }

    private String range() {
      return least + ".." + most;
    }

    @Override
    public String allowed() {
      return least == Long.MIN_VALUE && most == Long.MAX_VALUE ? "any 64-bit integer" : range();
    }
  }

  /** Whole numbers of 32 bits, both ends allowed. */
  record Int(int least, int most) implements ValueType<Integer> {

    @Override
    public Integer read(Node node) throws Refused {
      return Math.toIntExact(new Whole(least, most).read(node));
    }

    @Override
    public Object write(Integer value) {
      return value;
    }

    @Override
    public String allowed() {
      return new Whole(least, most).allowed();
    }
  }

  /** Real numbers. */
  record Real(Interval range) implements ValueType<Double> {

    private static final Pattern FORM =
        Pattern.compile("[-+]?([0-9][0-9_]*\\.?[0-9_]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");

    @Override
    public Double read(Node node) throws Refused {
      if (!(node instanceof Node.Scalar scalar) || !scalar.isNumber(FORM)) {
        throw new Refused(node.shown(), "must be a number, " + range);
      }
      double value = Double.parseDouble(scalar.digits());
      if (!range.contains(value)) {
        throw new Refused(scalar.shown(), "must be " + range);
      }
      return value;
    }

    @Override
    public Object write(Double value) {
      return value;
    }

    @Override
    public String allowed() {
      return range.toString();
    }
  }

  /** Two or three real numbers. */
  record Numbers(int count, Interval range) implements ValueType<List<Double>> {

    @Override
    public List<Double> read(Node node) throws Refused {
      if (!(node instanceof Node.Items items) || items.entries().size() != count) {
        throw new Refused(node.shown(), "must be a list of " + count + " numbers, each " + range);
      }
      ValueType<Double> number = new Real(range);
      List<Double> values = new ArrayList<>();
      for (Node each : items.entries()) {
        values.add(number.read(each));
      }
      return List.copyOf(values);
    }

    @Override
    public Object write(List<Double> values) {
      return values;
    }

    @Override
    public String allowed() {
      return (count == 2 ? "two" : "three") + " numbers, " + range;
    }
  }

  /** Yes or no. */
  record Flag() implements ValueType<Boolean> {

    @Override
    public Boolean read(Node node) throws Refused {
      if (node.isText("true") || node.isText("false")) {
        return node.isText("true");
      }
      throw new Refused(node.shown(), "must be true or false");
    }

    @Override
    public Object write(Boolean value) {
      return value;
    }

    @Override
    public String allowed() {
      return "`true`, `false`";
    }
  }

  /** The constants of an enumeration, by their names in lower case. */
  record Choice<E extends Enum<E>>(Class<E> type) implements ValueType<E> {

    @Override
    public E read(Node node) throws Refused {
      for (E value : type.getEnumConstants()) {
        if (node.isText(name(value))) {
          return value;
        }
      }
      throw new Refused(node.shown(), "must be one of " + names(Choice::name));
    }

    @Override
    public Object write(E value) {
      return name(value);
    }

    @Override
    public String allowed() {
      return names(this::shown);
    }

    private String names(Function<E, String> name) {
      return Arrays.stream(type.getEnumConstants()).map(name).collect(Collectors.joining(", "));
    }

    static String name(Enum<?> value) {
      return value.name().toLowerCase(Locale.ROOT);
    }
  }

  /** Durations such as {@code 60s}, both ends allowed. */
  record Span(Duration least, Duration most) implements ValueType<Duration> {

    @Override
    public Duration read(Node node) throws Refused {
      return node.text()
          .flatMap(DurationText::parse)
          .filter(value -> value.compareTo(least) >= 0 && value.compareTo(most) <= 0)
          .orElseThrow(
              () -> new Refused(node.shown(), "must be a number with ms, s, m or h, " + range("")));
    }

    @Override
    public Object write(Duration value) {
      return DurationText.format(value);
    }

    private String range(String quote) {
      return quote + write(least) + quote + ".." + quote + write(most) + quote;
    }

    @Override
    public String allowed() {
      return range("`") + ", a whole number with `ms`, `s`, `m` or `h`";
    }
  }

  /** Numbers of bytes such as {@code 20GB}; {@code none} is 0. */
  record Size() implements ValueType<Long> {

    private static final String NONE = "none";

    @Override
    public Long read(Node node) throws Refused {
      if (node.isText(NONE)) {
        return 0L;
      }
      return node.text()
          .flatMap(SizeText::parse)
          .orElseThrow(
              () -> new Refused(node.shown(), "must be none or a whole number with MB, GB or TB"));
    }

    @Override
    public Object write(Long bytes) {
      return bytes == 0 ? NONE : SizeText.format(bytes);
    }

    @Override
    public String allowed() {
      return "`none`, or a whole number with `MB`, `GB` or `TB`";
    }
  }

  /** Numbers or shares of records, such as {@code 5} and {@code 0.1%}. */
  record Records() implements ValueType<Tolerance> {

    @Override
    public Tolerance read(Node node) throws Refused {
      return node.text()
          .flatMap(Tolerance::parse)
          .orElseThrow(() -> new Refused(node.shown(), "must be " + Tolerance.FORM));
    }

    @Override
    public Object write(Tolerance value) {
      return value.isPercent() ? value.toString() : (Object) value.amount().longValueExact();
    }

    @Override
    public String allowed() {
      return Tolerance.FORM;
    }
  }

  /**
   * Texts that match a pattern; what YAML takes for a number is the text as written.
   *
   * @param form the pattern in words, for messages
   */
  record Text(Pattern pattern, String form, String allowed) implements ValueType<String> {

    private static final Pattern LOCATION = Pattern.compile("\\S|\\S[^\\p{Cntrl}]*\\S");

    /** Paths and URIs. */
    static Text location(String allowed) {
      return new Text(LOCATION, "a path or URI on one line, without spaces around it", allowed);
    }

    @Override
    public String read(Node node) throws Refused {
      return node.text()
          .filter(text -> pattern.matcher(text).matches())
          .orElseThrow(() -> new Refused(node.shown(), "must be " + form));
    }

    @Override
    public Object write(String value) {
      return value;
    }
  }

  /** Either a word with a meaning of its own, or a value of another type. */
  record WordOr<T>(String word, T meaning, ValueType<T> others) implements ValueType<T> {

    @Override
    public T read(Node node) throws Refused {
      return node.isText(word) ? meaning : others.read(node);
    }

    @Override
    public Object write(T value) {
      return value.equals(meaning) ? word : others.write(value);
    }

    @Override
    public String allowed() {
      return "`" + word + "`, " + others.allowed();
    }
  }

  /** Lists of values of another type. */
  record Several<T>(ValueType<T> each) implements ValueType<List<T>> {

    @Override
    public List<T> read(Node node) throws Refused {
      if (!(node instanceof Node.Items items)) {
        throw new Refused(node.shown(), "must be a list");
      }
      List<T> values = new ArrayList<>();
      for (Node entry : items.entries()) {
        values.add(each.read(entry));
      }
      return List.copyOf(values);
    }

    @Override
    public Object write(List<T> values) {
      return values.stream().map(each::write).toList();
    }

    @Override
    public String allowed() {
      return "a list of " + each.allowed();
    }
  }

  /**
   * Values of one type by those of another, in order.
   *
   * @param by what they are by, in words
   */
  record Table<K extends Comparable<K>, V>(String by, ValueType<K> keys, ValueType<V> values)
      implements ValueType<SortedMap<K, V>> {

    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9][0-9_]*");

    @Override
    public SortedMap<K, V> read(Node node) throws Refused {
      if (!(node instanceof Node.Fields fields)) {
        throw new Refused(node.shown(), "must be an object by " + by);
      }
      SortedMap<K, V> table = new TreeMap<>();
      for (Map.Entry<String, Node> entry : fields.entries().entrySet()) {
        V value = values.read(entry.getValue());
        if (table.put(keys.read(key(entry.getKey())), value) != null) {
          throw new Refused(entry.getKey(), "is given twice; keep one of them");
        }
      }
      return table;
    }

    private static Node key(String text) {
      boolean isNumber = NUMBER.matcher(text).matches();
      return new Node.Scalar(text, isNumber ? Node.Kind.NUMBER : Node.Kind.TEXT);
    }

    @Override
    public Object write(SortedMap<K, V> table) {
      Map<String, Object> written = new LinkedHashMap<>();
      table.forEach(
          (key, value) -> written.put(String.valueOf(keys.write(key)), values.write(value)));
      return written;
    }

    @Override
    public String allowed() {
      return "an object by %s: %s".formatted(by, values.allowed());
    }
  }
}
