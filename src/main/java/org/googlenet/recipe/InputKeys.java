package org.googlenet.recipe;

import static org.googlenet.recipe.Interval.closed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.googlenet.data.image.Alpha;
import org.googlenet.data.image.Augmentation;
import org.googlenet.data.image.Decoding;
import org.googlenet.data.image.Interpolation;
import org.googlenet.data.image.Normalisation;
import org.googlenet.data.image.Preset;
import org.googlenet.data.image.Resize;

/** The recipe keys of how images become the network's input. */
final class InputKeys {

  private static final int SMALLEST_SIDE = 65;
  private static final int LARGEST_SIDE = 4096;

  /** Only its values are kept: they are what decides. */
  static final Key<Preset> PRESET =
      Key.of("input.preset", new ValueType.Choice<>(Preset.class))
          .means("sets the [other keys](images.md#presets) that the recipe does not give")
          .orElse(Preset.PLAIN)
          .since("0.2.0", Preset.PLAIN)
          .free()
          .ifAny(recipe -> Optional.empty());

  static final Key<Augmentation.Kind> AUGMENTATION =
      byPreset(
          Key.of("input.augmentation", new ValueType.Choice<>(Augmentation.Kind.class))
              .means(
                  "what happens to training images: nothing; crop and mirror as BVLC's; area,"
                      + " aspect ratio and mirror as Szegedy et al. 2014"),
          decoding -> decoding.augmentation().kind());

  static final Key<Alpha> ALPHA =
      Key.of("input.alpha", new ValueType.Choice<>(Alpha.class))
          .means(
              "what becomes of [transparency](images.md#transparency): nothing, so that the colour"
                  + " beneath shows; or the image is laid on white or black")
          .orElse(Alpha.IGNORE)
          .since("0.2.0", Alpha.IGNORE)
          .from(recipe -> recipe.input().alpha());

  static final Key<Integer> MAX_MEGAPIXELS =
      Key.of("input.maxMegapixels", new ValueType.Int(1, 1000))
          .means(
              "the largest image that is decoded, in millions of pixels; a"
                  + " [larger JPEG](images.md#size) is decoded at a half, a quarter or an eighth")
          .orElse(Decoding.MAX_MEGAPIXELS)
          .since("0.2.0", Decoding.MAX_MEGAPIXELS)
          .from(recipe -> recipe.input().maxMegapixels());

  static final Key<Integer> RESIZE =
      byPreset(
          Key.of("input.resize", resizedTo(SMALLEST_SIDE))
              .means(
                  "pixels of the shorter side that the whole image is resized to, before a square"
                      + " of `model.side` is cut out; `auto`: 256/224 of `model.side`; `none`: the"
                      + " part is cut out first, and resized once")
              .narrowed(
                  "`none`, `auto`, `model.side`.." + LARGEST_SIDE,
                  values ->
                      resizedTo(
                          values.has(ModelKeys.SIDE) ? values.get(ModelKeys.SIDE) : SMALLEST_SIDE))
              .since("0.2.0", Resize.NEVER),
          decoding -> decoding.resize().to());

  static final Key<Resize.AspectRatio> ASPECT_RATIO =
      byPreset(
          Key.of("input.aspectRatio", new ValueType.Choice<>(Resize.AspectRatio.class))
              .means("not with `input.resize` `none`: `ignore` makes both sides as long as that")
              .used(Condition.without(RESIZE, Resize.NEVER))
              .since("0.2.0", Resize.AspectRatio.KEEP),
          decoding -> decoding.resize().aspectRatio());

  static final Key<Interpolation> INTERPOLATION =
      byPreset(
          Key.of("input.interpolation", new ValueType.Choice<>(Interpolation.class))
              .means(
                  "how it is resized: by averaging; bilinear with antialiasing, as Pillow and"
                      + " torchvision do; bilinear without, as OpenCV does")
              .since("0.2.0", Interpolation.AREA),
          Decoding::interpolation);

  static final Key<Normalisation.Channels> CHANNELS =
      byPreset(
          Key.of("input.channels", new ValueType.Choice<>(Normalisation.Channels.class))
              .means("the order of the colours in the network's input")
              .since("0.2.0", Normalisation.Channels.RGB),
          decoding -> decoding.normalisation().channels());

  static final Key<List<Double>> MEAN =
      byPreset(
          Key.of("input.mean", new ValueType.Numbers(3, closed(0, 255)))
              .means(
                  "what is subtracted from red, green and blue, in this order whatever"
                      + " `input.channels` is; of values from 0 to 255")
              .since("0.2.0", Preset.PLAIN.decoding().normalisation().mean()),
          decoding -> decoding.normalisation().mean());

  /** Far below 1 it would be meant for values from 0 to 1. */
  static final Key<List<Double>> DEVIATION =
      byPreset(
          Key.of("input.deviation", new ValueType.Numbers(3, closed(1, 256)))
              .means("what red, green and blue are divided by then; 1 leaves them as they are")
              .since("0.2.0", Preset.PLAIN.decoding().normalisation().deviation()),
          decoding -> decoding.normalisation().deviation());

  static final Shorthand INPUT =
      new Shorthand(
          "input",
          "preset",
          "how [images become the network's input](images.md#from-a-record-to-a-tensor);"
              + " `torchvision` is short for `{preset: torchvision}`");

  /** The keys whose values are kept, each after those that it depends on. */
  private static final List<Key<?>> VALUES =
      List.of(
          AUGMENTATION,
          ALPHA,
          MAX_MEGAPIXELS,
          RESIZE,
          ASPECT_RATIO,
          INTERPOLATION,
          CHANNELS,
          MEAN,
          DEVIATION);

  /** The keys that a preset sets. */
  static final List<Key<?>> BY_PRESET =
      VALUES.stream().filter(key -> key != ALPHA && key != MAX_MEGAPIXELS).toList();

  static final List<Key<?>> ALL =
      Stream.of(List.of(PRESET), VALUES).<Key<?>>flatMap(List::stream).toList();

  private InputKeys() {}

  private static ValueType<Integer> resizedTo(int least) {
    return new ValueType.WordOr<>(
        "none",
        Resize.NEVER,
        new ValueType.WordOr<>("auto", Resize.AUTO, new ValueType.Int(least, LARGEST_SIDE)));
  }

  /** A key that each preset has its own default of. */
  private static <T> Key<T> byPreset(Key.Builder<T> key, Function<Decoding, T> value) {
    T usual = value.apply(Preset.PLAIN.decoding());
    key.orElse(usual);
    Map<T, List<Preset>> others = new LinkedHashMap<>();
    for (Preset preset : Preset.values()) {
      T own = value.apply(preset.decoding());
      if (!own.equals(usual)) {
        others.computeIfAbsent(own, none -> new ArrayList<>()).add(preset);
      }
    }
    others.forEach(
        (own, presets) -> key.orElse(own, Condition.with(PRESET, presets.toArray(Preset[]::new))));
    return key.from(recipe -> value.apply(recipe.input()));
  }

  static Decoding input(Values values) {
    return new Decoding(
        new Augmentation(values.get(AUGMENTATION)),
        values.get(ALPHA),
        values.get(MAX_MEGAPIXELS),
        new Resize(
            values.get(RESIZE),
            values.has(ASPECT_RATIO) ? values.get(ASPECT_RATIO) : Resize.AspectRatio.KEEP),
        values.get(INTERPOLATION),
        new Normalisation(values.get(CHANNELS), values.get(MEAN), values.get(DEVIATION)));
  }

  /** The values of a recipe that names only a preset, as text by path. */
  static SortedMap<String, String> identity(Preset preset) {
    Values values = new Values();
    values.put(PRESET, preset);
    SortedMap<String, String> identity = new TreeMap<>();
    for (Key<?> key : VALUES) {
      if (key.use().holds(values::text)) {
        complete(key, values);
        identity.put(key.path(), values.text(key));
      }
    }
    return identity;
  }

  /** The same of an input that need not be a preset's. */
  static SortedMap<String, String> identity(Decoding input) {
    Values values = new Values();
    values.put(AUGMENTATION, input.augmentation().kind());
    values.put(ALPHA, input.alpha());
    values.put(MAX_MEGAPIXELS, input.maxMegapixels());
    values.put(RESIZE, input.resize().to());
    values.put(ASPECT_RATIO, input.resize().aspectRatio());
    values.put(INTERPOLATION, input.interpolation());
    values.put(CHANNELS, input.normalisation().channels());
    values.put(MEAN, input.normalisation().mean());
    values.put(DEVIATION, input.normalisation().deviation());
    SortedMap<String, String> identity = new TreeMap<>();
    VALUES.stream()
        .filter(key -> key.use().holds(values::text))
        .forEach(key -> identity.put(key.path(), values.text(key)));
    return identity;
  }

  private static <T> void complete(Key<T> key, Values values) {
    values.put(key, key.fallback(values).orElseThrow());
  }

  /**
   * The input that an identity of this or any older version tells.
   *
   * @param identity with {@code model.side}, unless it is not known
   * @throws Refused if a value is none of this version, or does not go with the side
   */
  static Decoding input(SortedMap<String, String> identity) throws Refused {
    Values values = new Values();
    if (identity.containsKey(ModelKeys.SIDE.path())) {
      read(ModelKeys.SIDE, identity, values);
    }
    for (Key<?> key : VALUES) {
      if (key.use().holds(values::text)) {
        read(key, identity, values);
      }
    }
    return input(values);
  }

  /**
   * The input that texts tell which say all of it, in keys of this version.
   *
   * @throws Refused if a key is missing or none of this version, or a value is
   */
  static Decoding wholeInput(SortedMap<String, String> told) throws Refused {
    SortedSet<String> unknown = new TreeSet<>(told.keySet());
    VALUES.forEach(key -> unknown.remove(key.path()));
    if (!unknown.isEmpty()) {
      throw new Refused(unknown.first(), "is no key of this version");
    }
    Values values = new Values();
    for (Key<?> key : VALUES) {
      if (key.use().holds(values::text)) {
        if (!told.containsKey(key.path())) {
          throw new Refused(key.path(), "is missing");
        }
        read(key, told, values);
      }
    }
    return input(values);
  }

  private static <T> void read(Key<T> key, SortedMap<String, String> identity, Values values)
      throws Refused {
    String text =
        identity.getOrDefault(
            key.path(), key.before().orElseGet(() -> key.text(key.fallback(values).orElseThrow())));
    try {
      values.put(key, key.type(values).read(YamlTree.read(text)));
    } catch (Refused e) {
      throw new Refused(key.path() + ": " + e.shown(), e.allowed());
    } catch (YamlTree.Malformed e) {
      throw new Refused(key.path() + ": " + text, e.getMessage());
    }
  }
}
