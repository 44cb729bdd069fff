package org.googlenet.prepare;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.common.SplitMix;
import org.googlenet.storage.Stores;

/**
 * Divides the images of one source between training and validation: a source with those images of
 * another one whose hash lies in a range.
 *
 * <p>The hash is of the key alone, so an image stays in its part when others are added, and no part
 * depends on the seed of the shuffle. Parts of ranges that do not overlap have no record in common.
 *
 * @param source all images
 * @param from the first percent of the range, 0 to 99
 * @param to the percent behind its last one, up to 100
 */
public record PartOfImages(ImageSource source, int from, int to) implements ImageSource {

  private static final long serialVersionUID = 1L;

  /** Keeps the parts apart from the order in which the shuffle takes the same keys. */
  private static final long SALT = 0x70617274L;

  private static final Pattern RANGE = Pattern.compile("([0-9]{1,3})-([0-9]{1,3})");

  /**
   * The part that a text names, or the source itself for all of it.
   *
   * @param range two whole percentages, as in {@code 0-80}
   * @throws PrepareRefused if it is not a range of percentages
   */
  public static ImageSource of(ImageSource source, String range) {
    Matcher matcher = RANGE.matcher(range.strip());
    if (matcher.matches()) {
      int from = Integer.parseInt(matcher.group(1));
      int to = Integer.parseInt(matcher.group(2));
      if (from < to && to <= 100) {
        return to - from == 100 ? source : new PartOfImages(source, from, to);
      }
    }
    throw new PrepareRefused(
        "--part: %s: give two percentages from 0 to 100, as in 0-80 for training and 80-100 for validation"
            .formatted(range));
  }

  @Override
  public Listing list(JavaSparkContext spark, Stores stores) throws IOException {
    Listing all = source.list(spark, stores);
    List<ImageRef> images = all.images().stream().filter(image -> has(image.key())).toList();
    return new Listing(all.classNames(), all.classes(), images, all.omissions());
  }

  private boolean has(String key) {
    double percent = 100 * SplitMix.unit(SplitMix.hash(SALT, SplitMix.hash(key)));
    return from <= percent && percent < to;
  }

  @Override
  public void read(Stores stores, List<ImageRef> images, Visitor visitor) throws IOException {
    source.read(stores, images, visitor);
  }

  @Override
  public boolean readsWholeObjects() {
    return source.readsWholeObjects();
  }

  @Override
  public String place() {
    return String.format(Locale.ROOT, "%s, part %d-%d", source.place(), from, to);
  }

  @Override
  public String nameOf(ImageRef image) {
    return source.nameOf(image);
  }
}
