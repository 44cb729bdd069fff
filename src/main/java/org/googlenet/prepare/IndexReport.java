package org.googlenet.prepare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import org.googlenet.data.Dataset;
import org.googlenet.data.ShardNotes;
import org.googlenet.data.format.DataProblem;

/**
 * What came of indexing shards that others wrote.
 *
 * @param dataset the new data set; empty if it was refused
 * @param refusal why there is none
 * @param kept how many shards had been indexed by a run before
 * @param findings what is bad, by kind
 * @param passedOver what is no record and does not belong to one, by kind
 * @param remarks on the classes, in lines
 */
public record IndexReport(
    Optional<Dataset> dataset,
    Optional<DataProblem> refusal,
    int kept,
    List<ValidateJob.Finding> findings,
    SortedMap<String, ShardNotes.Passed> passedOver,
    List<String> remarks) {

  /**
   * The data set.
   *
   * @throws DataProblem if there is none
   */
  public Dataset orThrow() {
    return dataset.orElseThrow(() -> refusal.orElseThrow());
  }

  /** All that is to be said beside the data set, one thing a line. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (ValidateJob.Finding finding : findings) {
      boolean all = finding.count() == finding.first().size();
      lines.add(
          String.format(
              Locale.ROOT,
              "bad: %s, %,d%s",
              finding.kind(),
              finding.count(),
              all ? "" : "; the first " + finding.first().size()));
      finding.first().forEach(line -> lines.add("  " + line));
    }
    passedOver.forEach(
        (kind, passed) ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "passed over: %,d %s, such as %s",
                    passed.count(),
                    kind,
                    String.join(", ", passed.first()))));
    lines.addAll(remarks);
    return lines;
  }
}
