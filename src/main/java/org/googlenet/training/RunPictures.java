package org.googlenet.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.googlenet.data.DataPlan;
import org.googlenet.data.Dataset;
import org.googlenet.data.Records;
import org.googlenet.data.Specimens;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.data.image.ImageEncoder;
import org.googlenet.data.image.ImageHeader;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.report.page.Pictures;

/**
 * Makes small pictures of a training's data for its report, and keeps the last ones; where that
 * fails, the page says why, and the next page tries again. For use by one thread at a time.
 */
public final class RunPictures implements Pictures {

  /** Pixels of a picture's longer side. */
  private static final int SIDE = 96;

  private static final int MOST_SPECIMENS = 60;
  private static final int MOST_OF_A_CLASS = 6;

  /** Enough to see a distribution, in few reads. */
  private static final int MOST_SEEN = 512;

  /** More than one evaluation's mistakes. */
  private static final int MOST_KEPT = 200;

  private static final long SEED = 1;

  private static final int COLUMNS = 12;

  private final Source train;
  private final Source validation;
  private final Map<String, Picture> made =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Picture> eldest) {
          return size() > MOST_KEPT;
        }
      };
  private DataLook look;

  /** Opens a data set when it is needed. */
  @FunctionalInterface
  public interface Source {

    /**
     * The data set.
     *
     * @throws org.googlenet.common.Problem if there is none
     */
    Dataset open();
  }

  /** Pictures of these data sets, which are opened when they are needed. */
  public RunPictures(Source train, Source validation) {
    this.train = train;
    this.validation = validation;
  }

  @Override
  public Picture of(String shard, int position) {
    String place = shard + " " + position;
    Picture kept = made.get(place);
    if (kept != null) {
      return kept;
    }
    Picture picture = read(shard, position);
    if (picture.reason().isEmpty()) {
      made.put(place, picture);
    }
    return picture;
  }

  private Picture read(String shard, int position) {
    try {
      Dataset dataset = validation.open();
      List<String> names = dataset.shards().stream().map(Shard::name).toList();
      int number = names.indexOf(shard);
      if (number < 0) {
        return Picture.missing(dataset.location() + " has no shard " + shard + " any more");
      }
      try (Records records = dataset.read(new Range(number, position, position + 1))) {
        return picture(records.next());
      }
    } catch (IOException | RuntimeException e) {
      return Picture.missing(String.valueOf(e.getMessage()));
    }
  }

  private static Picture picture(Record record) {
    try {
      return Picture.of(ImageEncoder.thumbnail(record.image(), SIDE));
    } catch (UnreadableImage e) {
      return Picture.missing(e.getMessage());
    }
  }

  @Override
  public DataLook look() {
    if (look == null) {
      look = lookAt();
    }
    return look;
  }

  private DataLook lookAt() {
    try {
      Dataset dataset = train.open();
      Look at = new Look();
      Specimens.some(dataset, MOST_SEEN / DataPlan.BLOCK, DataPlan.BLOCK, SEED, at::see);
      return at.of(dataset.classNames());
    } catch (RuntimeException e) {
      return DataLook.missing("The training data cannot be shown: " + e.getMessage());
    }
  }

  /** What was seen of the training data so far. */
  private static final class Look {

    private final NavigableMap<Integer, List<Specimen>> byClass = new TreeMap<>();
    private final List<Integer> sides = new ArrayList<>();
    private int specimens;

    private void see(Record record) {
      try {
        ImageHeader header = ImageHeader.of(record.image());
        sides.add(Math.min(header.width(), header.height()));
      } catch (UnreadableImage e) {
        return; // what cannot be used is among the quarantined, if the training met it
      }
      List<Specimen> same = byClass.computeIfAbsent(record.label(), label -> new ArrayList<>());
      if (specimens < MOST_SPECIMENS && same.size() < MOST_OF_A_CLASS) {
        same.add(new Specimen(record.key(), "", picture(record)));
        specimens++;
      }
    }

    private DataLook of(List<String> classNames) {
      List<Specimen> all = new ArrayList<>();
      byClass.forEach(
          (label, some) ->
              some.forEach(
                  one -> all.add(new Specimen(one.key(), classNames.get(label), one.picture()))));
      return new DataLook(all, sizes(), sides.size(), "");
    }

    /** Columns of equal width, or one for each length if there are few. */
    private List<Sizes> sizes() {
      int least = sides.stream().min(Comparator.naturalOrder()).orElse(0);
      int most = sides.stream().max(Comparator.naturalOrder()).orElse(0);
      int width = (most - least) / COLUMNS + 1;
      List<Sizes> sizes = new ArrayList<>();
      for (int from = least; from <= most; from += width) {
        int begin = from;
        int end = Math.min(most, from + width - 1);
        long count = sides.stream().filter(side -> side >= begin && side <= end).count();
        sizes.add(new Sizes(begin, end, count));
      }
      return sides.isEmpty() ? List.of() : sizes;
    }
  }
}
