package org.googlenet.prepare;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * How many images of each class there are.
 *
 * @param listed in the source
 * @param taken of them to be looked at, the rest being over the limit or bad by their listing
 * @param written of them into the data set
 */
@SuppressWarnings("ArrayRecordComponent")
record ClassCounts(List<String> names, long[] listed, long[] taken, long[] written) {

  static ClassCounts of(
      ImageSource.Listing listing, List<ImageRef> taken, List<WrittenShard> shards) {
    int classes = listing.classNames().size();
    long[] written = count(classes, taken);
    for (WrittenShard shard : shards) {
      shard.leftOut().forEach(image -> written[image.label()]--);
    }
    return new ClassCounts(
        listing.classNames(), count(classes, listing.images()), count(classes, taken), written);
  }

  private static long[] count(int classes, List<ImageRef> images) {
    long[] counts = new long[classes];
    images.forEach(image -> counts[image.label()]++);
    return counts;
  }

  long records() {
    return IntStream.range(0, names.size()).mapToLong(label -> written[label]).sum();
  }

  List<String> withoutRecords() {
    return names(label -> written[label] == 0);
  }

  /** The classes that have no images, or only bad ones; not those that a limit has taken away. */
  List<String> lost() {
    return names(label -> listed[label] == 0 || (taken[label] > 0 && written[label] == 0));
  }

  private List<String> names(IntPredicate wanted) {
    return IntStream.range(0, names.size()).filter(wanted).mapToObj(names::get).toList();
  }
}
