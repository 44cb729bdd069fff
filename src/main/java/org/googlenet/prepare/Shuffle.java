package org.googlenet.prepare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.googlenet.common.SplitMix;
import org.googlenet.data.format.DataProblem;

/** Orders images by a hash of (seed, key), and takes as many as the options ask for. */
final class Shuffle {

  private Shuffle() {}

  /**
   * The images of the data set, in its order.
   *
   * @throws DataProblem if there are none, one is too large, or two have the same key
   */
  static List<ImageRef> of(PrepareJob.Options options, ImageSource.Listing listing) {
    if (listing.images().isEmpty()) {
      throw new DataProblem(
          "%s: holds no images (jpg, jpeg, png); name another source"
              .formatted(options.source().place()));
    }
    List<ImageRef> images = ordered(listing.images(), options.seed());
    refuseDoubles(options.source(), images);
    int limit = options.limit() == 0 ? images.size() : Math.min(options.limit(), images.size());
    List<ImageRef> taken = limited(images, listing.classNames().size(), limit);
    refuseLarge(options.source(), taken);
    return taken;
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

  /** Equal keys have equal hashes, so they are next to each other. */
  private static void refuseDoubles(ImageSource source, List<ImageRef> images) {
    for (int i = 1; i < images.size(); i++) {
      ImageRef image = images.get(i - 1);
      ImageRef next = images.get(i);
      if (image.key().equals(next.key())) {
        throw new DataProblem(
            "%s and %s: would both be record '%s'; rename one"
                .formatted(source.nameOf(image), source.nameOf(next), image.key()));
      }
    }
  }

  private static void refuseLarge(ImageSource source, List<ImageRef> images) {
    for (ImageRef image : images) {
      if (image.bytes() > PrepareJob.MAX_IMAGE) {
        throw new DataProblem(
            String.format(
                Locale.ROOT,
                "%s: image has %d bytes, more than the %d that a record may have; shrink or remove it",
                source.nameOf(image),
                image.bytes(),
                PrepareJob.MAX_IMAGE));
      }
    }
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
