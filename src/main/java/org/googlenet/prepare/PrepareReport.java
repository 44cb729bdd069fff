package org.googlenet.prepare;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.googlenet.common.Tolerance;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;

/**
 * What came of a {@link PrepareJob}: the data set or why there is none, and what of the source is
 * not in it.
 *
 * @param dataset empty if it was refused
 * @param refusal empty if it was not
 * @param omissions what of the source is not in the data set
 * @param emptyClasses the classes that have no records
 */
public record PrepareReport(
    Optional<Dataset> dataset,
    Optional<DataProblem> refusal,
    Omissions omissions,
    List<String> emptyClasses) {

  private static final int NAMED = 10;

  public PrepareReport {
    emptyClasses = List.copyOf(emptyClasses);
  }

  /** Judges what was listed and written. */
  static PrepareReport of(
      PrepareJob.Options options,
      ImageSource.Listing listing,
      Shuffle shuffle,
      List<WrittenShard> written) {
    Omissions omissions = new Omissions().add(listing.omissions()).add(shuffle.omissions());
    written.forEach(shard -> omissions.add(shard.omissions()));
    ClassCounts counts = ClassCounts.of(listing, shuffle.images(), written);
    List<String> lost =
        listing.classes() == ImageSource.Classes.GIVEN || options.forgiveness().emptyClasses()
            ? List.of()
            : counts.lost();
    long looked = omissions.badCount() + counts.records();
    return new PrepareReport(
        Optional.empty(),
        refusal(options, omissions, looked, lost, counts),
        omissions,
        counts.withoutRecords());
  }

  private static Optional<DataProblem> refusal(
      PrepareJob.Options options,
      Omissions omissions,
      long looked,
      List<String> lost,
      ClassCounts counts) {
    Tolerance tolerance = options.forgiveness().bad();
    long bad = omissions.badCount();
    String place = options.source().place();
    // Nobody knows what share of the images lies behind the place where a shard ends.
    boolean isShareUnknown =
        tolerance.isPercent()
            && omissions.bad().stream().anyMatch(kind -> kind.omission() == Omission.SHARD);
    if (bad > tolerance.of(looked) || isShareUnknown) {
      return Optional.of(new DataProblem(tooMuchBad(place, omissions, looked, tolerance)));
    }
    if (counts.records() == 0) {
      return Optional.of(new DataProblem(place + ": holds no images; name another source"));
    }
    return lost.isEmpty()
        ? Optional.empty()
        : Optional.of(new DataProblem(classesLost(place, lost)));
  }

  private static String tooMuchBad(
      String place, Omissions omissions, long looked, Tolerance tolerance) {
    long bad = omissions.badCount();
    String first = omissions.bad().get(0).first().get(0);
    if (bad == 1 && tolerance.isNone()) {
      return first;
    }
    String kinds =
        omissions.bad().stream()
            .map(kind -> String.format(Locale.ROOT, "%,d %s", kind.count(), kind.omission()))
            .collect(Collectors.joining(", "));
    String allowed =
        tolerance.isNone() ? "" : ", which --skip-bad=" + tolerance + " does not allow";
    return String.format(
        Locale.ROOT,
        "%s: %,d of %,d images are bad%s (%s); mend or remove them, or leave them out with --skip-bad=%d; the first: %s",
        place,
        bad,
        looked,
        allowed,
        kinds,
        bad,
        first);
  }

  private static String classesLost(String place, List<String> lost) {
    return "%s: no image that can be used in %s; put images there, move the folder away, or keep it as a class without records with --allow-empty-classes"
        .formatted(place, classes(lost));
  }

  PrepareReport with(Dataset made) {
    return new PrepareReport(Optional.of(made), refusal, omissions, emptyClasses);
  }

  /**
   * The data set.
   *
   * @throws DataProblem if it was refused
   */
  public Dataset orThrow() {
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    return dataset.orElseThrow();
  }

  /**
   * What of the source is not in the data set, for people: for each kind a line, and of what is bad
   * the first cases. A single bad image is left to the refusal.
   */
  public List<String> lines() {
    List<String> lines =
        refusal.isPresent() && omissions.badCount() == 1
            ? omissions.passedOverLines()
            : omissions.lines();
    if (!emptyClasses.isEmpty()) {
      lines.add("without records: " + classes(emptyClasses));
    }
    return lines;
  }

  private static String classes(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    return names.size() == 1
        ? "class " + first
        : String.format(
            Locale.ROOT,
            "%,d classes: %s%s",
            names.size(),
            first,
            names.size() > NAMED ? ", ..." : "");
  }
}
