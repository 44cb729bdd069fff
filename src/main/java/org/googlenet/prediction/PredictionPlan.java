package org.googlenet.prediction;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.common.Sha256;
import org.googlenet.data.DataPlan;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.Range;
import org.googlenet.prediction.FilesPart.ImageFile;
import org.googlenet.prepare.Omissions;

/**
 * Which records of the data a part has: it depends on the data and the size of a part alone.
 *
 * @param kind of the data: {@code data set}, {@code images}, {@code list} or {@code shards}
 * @param place where it lies, for people
 * @param fingerprint SHA-256 of what is known of its content without reading all of it
 * @param parts in the order of the data; a shard that others wrote is one, whatever its size
 * @param omissions what lies beside the data
 */
record PredictionPlan(
    String kind, String place, String fingerprint, List<Part> parts, Omissions omissions) {

  /** Of a data set. */
  static PredictionPlan of(Dataset dataset, int partSize) {
    List<Part> parts = new ArrayList<>();
    for (long from = 0; from < dataset.records(); from += partSize) {
      List<Range> ranges = DataPlan.part(dataset.all(), from, from + partSize);
      parts.add(new RecordsPart(dataset, new ArrayList<>(ranges)));
    }
    return new PredictionPlan(
        "data set", dataset.location(), dataset.fingerprint(), parts, new Omissions());
  }

  /**
   * Of images that are files.
   *
   * @param identity a text for each file that changes with it
   */
  static PredictionPlan of(
      String kind,
      String place,
      List<ImageFile> files,
      List<String> identity,
      Omissions omissions,
      int partSize) {
    List<Part> parts = new ArrayList<>();
    for (int from = 0; from < files.size(); from += partSize) {
      int to = (int) Math.min((long) from + partSize, files.size());
      parts.add(new FilesPart(new ArrayList<>(files.subList(from, to))));
    }
    return new PredictionPlan(kind, place, fingerprint(kind, identity), parts, omissions);
  }

  /** Of shards that others wrote. */
  static PredictionPlan of(
      String place, List<ShardPart> shards, Fields fields, Omissions omissions) {
    List<String> identity = new ArrayList<>();
    identity.add(fields.toString());
    shards.forEach(
        shard -> identity.add(shard.shard() + "\t" + shard.bytes() + "\t" + shard.format()));
    return new PredictionPlan(
        "shards", place, fingerprint("shards", identity), List.copyOf(shards), omissions);
  }

  private static String fingerprint(String kind, List<String> identity) {
    MessageDigest digest = Sha256.digest();
    digest.update((kind + "\n").getBytes(StandardCharsets.UTF_8));
    identity.forEach(each -> digest.update((each + "\n").getBytes(StandardCharsets.UTF_8)));
    return Sha256.hex(digest.digest());
  }
}
