package org.googlenet.prediction;

import java.io.IOException;
import java.util.ArrayList;
import org.googlenet.data.Dataset;
import org.googlenet.data.EveryRecord;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.Range;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.storage.Stores;

/** Consecutive records of a data set. */
record RecordsPart(Dataset dataset, ArrayList<Range> ranges) implements Part {

  @Override
  public void read(Stores stores, Visitor visitor) throws IOException {
    EveryRecord.of(
        dataset,
        ranges,
        new EveryRecord.Visitor() {
          @Override
          public void record(StoredRecord record, String className) {
            visitor.image(new RecordName(record.key(), className), record.image());
          }

          @Override
          public void damaged(String shard, int position, DataProblem why) {
            String key = Fields.positionKey(shard, position);
            visitor.unreadable(new RecordName(key, null), why.getMessage());
          }
        });
  }
}
