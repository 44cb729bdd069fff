package org.googlenet.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.storage.StorageProblem;

/** Picks records of a data set to look at: some of each class, or those that cannot be used. */
public final class Specimens {

  private static final byte[] NONE = {};

  private Specimens() {}

  /**
   * A record that cannot be used.
   *
   * @param image encoded; empty if it is not the image that is wrong, or if there is none
   */
  public record Bad(BadRecord record, byte[] image) {

    /** The same without its bytes. */
    public Bad withoutImage() {
      return new Bad(record, NONE);
    }
  }

  /**
   * Some records of each class: the first that are found in blocks of the data set, which are read
   * in an order that the seed gives, and no more of them than it takes. Records that cannot be read
   * are passed over; that an image can be decoded is not looked at.
   *
   * @param classes from 0
   * @param most records of a class
   * @return the records by class; a class has fewer than wanted if there are no more of it
   * @throws DataProblem if a shard cannot be read
   * @throws StorageProblem if the storage cannot be read
   */
  public static Map<Integer, List<Record>> ofClasses(
      Dataset dataset, Set<Integer> classes, int most, long seed) {
    DataPlan plan = new DataPlan(dataset.recordsPerShard(), seed, 1);
    List<Range> blocks = plan.ranges(new DataPlan.Section(0, 0, dataset.records()), List.of(), 0);
    Map<Integer, List<Record>> found = new TreeMap<>();
    classes.forEach(number -> found.put(number, new ArrayList<>()));
    int wanted = classes.size() * most;
    try (Records records = dataset.read(blocks, BadRecords.forgotten(dataset))) {
      for (Record next = records.next(); wanted > 0 && next != null; next = records.next()) {
        List<Record> same = found.get(next.label());
        if (same != null && same.size() < most) {
          same.add(next);
          wanted--;
        }
      }
    } catch (IOException e) {
      throw StorageProblem.at(dataset.location(), e);
    }
    return found;
  }

  /**
   * Passes on some records, of whatever class: the first ones of some blocks of the data set, so
   * that little is read. Records that cannot be read are passed over; that an image can be decoded
   * is not looked at.
   *
   * @param blocks of {@value DataPlan#BLOCK} records, which the seed chooses
   * @param ofEach records of a block
   * @throws DataProblem if a shard cannot be read
   * @throws StorageProblem if the storage cannot be read
   */
  public static void some(
      Dataset dataset, int blocks, int ofEach, long seed, Consumer<Record> visitor) {
    DataPlan plan = new DataPlan(dataset.recordsPerShard(), seed, 1);
    List<Range> starts = new ArrayList<>();
    for (Range range : plan.ranges(new DataPlan.Section(0, 0, dataset.records()), List.of(), 0)) {
      for (int from = range.from(); from < range.to(); from += DataPlan.BLOCK) {
        starts.add(new Range(range.shard(), from, Math.min(from + ofEach, range.to())));
      }
    }
    List<Range> wanted = starts.subList(0, Math.min(blocks, starts.size()));
    try (Records records = dataset.read(wanted, BadRecords.forgotten(dataset))) {
      for (Record next = records.next(); next != null; next = records.next()) {
        visitor.accept(next);
      }
    } catch (IOException e) {
      throw StorageProblem.at(dataset.location(), e);
    }
  }

  /** Receives the records that cannot be used. */
  @FunctionalInterface
  public interface BadVisitor {

    void bad(Bad bad);
  }

  /**
   * Reads and decodes the whole data set for the records that cannot be used, in the order of the
   * shards. A shard that cannot be read at all is one of them, at position -1.
   *
   * @throws StorageProblem if the storage cannot be read
   */
  public static void bad(Dataset dataset, BadVisitor visitor) {
    for (Range shard : dataset.all()) {
      BadRecords unread = BadRecords.passedOver(dataset);
      try (Records records = dataset.read(List.of(shard), unread)) {
        for (Record next = records.next(); next != null; next = records.next()) {
          tell(unread, NONE, visitor);
          if (!decodes(dataset, records.place(), next, unread)) {
            tell(unread, next.image(), visitor);
          }
        }
        tell(unread, NONE, visitor);
      } catch (DataProblem e) {
        tell(unread, NONE, visitor);
        String name = dataset.shards().get(shard.shard()).name();
        BadRecord whole = new BadRecord(name, -1, null, Defect.SHARD, e.getMessage());
        visitor.bad(new Bad(whole, NONE));
      } catch (IOException e) {
        throw StorageProblem.at(dataset.location(), e);
      }
    }
  }

  private static void tell(BadRecords unread, byte[] image, BadVisitor visitor) {
    unread.take().forEach(noted -> visitor.bad(new Bad(noted.record(), image)));
  }

  private static boolean decodes(
      Dataset dataset, Records.Place place, Record record, BadRecords bad) {
    try {
      Decoder.check(record.image());
      return true;
    } catch (UnreadableImage e) {
      String where = dataset.nameOf(place.shard());
      bad.add(place, record.key(), Defect.IMAGE, ShardCheck.unreadable(where, record.key(), e));
      return false;
    }
  }
}
