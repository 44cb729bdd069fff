package org.googlenet.prepare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.googlenet.common.SplitMix;

/**
 * The images of a data set in its order, which is by a hash of (seed, key), and why others of the
 * source are not among them.
 */
record Shuffle(List<ImageRef> images, Omissions omissions) {

  /** Orders the images of a listing, and takes as many as the options ask for. */
  static Shuffle of(PrepareJob.Options options, ImageSource.Listing listing) {
    Omissions omissions = new Omissions();
    List<ImageRef> ordered = ordered(listing.images(), options.seed());
    List<ImageRef> distinct = distinct(options.source(), ordered, omissions);
    int limit = options.limit() == 0 ? distinct.size() : Math.min(options.limit(), distinct.size());
    List<ImageRef> taken = limited(distinct, listing.classNames().size(), limit);
    return new Shuffle(fitting(options.source(), taken, omissions), omissions);
  }

  private static List<ImageRef> ordered(List<ImageRef> images, long seed) {
    return images.stream()
        .map(image -> new Ranked(SplitMix.hash(seed, SplitMix.hash(image.key())), image))
        .sorted(
            Comparator.comparingLong(Ranked::hash)
                .thenComparing(ranked -> ranked.image().key())
                .thenComparing(ranked -> ranked.image().object()))
        .map(Ranked::image)
        .toList();
  }

  private record Ranked(long hash, ImageRef image) {}

  /** The first image of each key; equal keys have equal hashes, so they are next to each other. */
  private static List<ImageRef> distinct(
      ImageSource source, List<ImageRef> images, Omissions omissions) {
    List<ImageRef> distinct = new ArrayList<>(images.size());
    for (ImageRef image : images) {
      ImageRef last = distinct.isEmpty() ? null : distinct.get(distinct.size() - 1);
      if (last != null && last.key().equals(image.key())) {
        omissions.add(
            Omission.KEY,
            "%s and %s: would both be record '%s'; rename one"
                .formatted(source.nameOf(last), source.nameOf(image), image.key()));
      } else {
        distinct.add(image);
      }
    }
    return distinct;
  }

  private static List<ImageRef> fitting(
      ImageSource source, List<ImageRef> images, Omissions omissions) {
    List<ImageRef> fitting = new ArrayList<>(images.size());
    for (ImageRef image : images) {
      if (image.bytes() <= PrepareJob.MAX_IMAGE) {
        fitting.add(image);
      } else {
        omissions.add(
            Omission.SIZE,
            String.format(
                Locale.ROOT,
                "%s: image has %d bytes, more than the %d that a record may have; shrink or remove it",
                source.nameOf(image),
                image.bytes(),
                PrepareJob.MAX_IMAGE));
      }
    }
    return fitting;
  }

  /**
   * Takes the first image of each class, then the second of each, and so on, and keeps their order.
   */
  private static List<ImageRef> limited(List<ImageRef> images, int classes, int limit) {
    List<List<Integer>> ofClass =
        IntStream.range(0, classes).<List<Integer>>mapToObj(c -> new ArrayList<>()).toList();
    for (int i = 0; i < images.size(); i++) {
      ofClass.get(images.get(i).label()).add(i);
    }
    List<Integer> taken = new ArrayList<>(limit);
    for (int rank = 0; taken.size() < limit; rank++) {
      for (List<Integer> positions : ofClass) {
        if (rank < positions.size() && taken.size() < limit) {
          taken.add(positions.get(rank));
        }
      }
    }
    return taken.stream().sorted().map(images::get).toList();
  }
}
