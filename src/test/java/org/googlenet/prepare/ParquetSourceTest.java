package org.googlenet.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.data.format.parquet.ParquetFiles;
import org.googlenet.data.image.Images;

/** Parquet files keep what a source of images promises. */
class ParquetSourceTest extends ImageSourceContract {

  @Override
  protected ImageSourceKind kind() {
    return new ForeignSource.ParquetKind();
  }

  @Override
  protected ImageSourceKind.Inputs write(Path folder) throws IOException {
    for (int shard = 0; shard < 2; shard++) {
      List<StoredRecord> records = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        records.add(
            new StoredRecord(
                "s" + shard + "/" + i, Images.jpeg(20 + i, 10 + shard, i), "" + i % 2));
      }
      Files.write(
          folder.resolve(shard + ".parquet"), ParquetFiles.of(records, ParquetFiles.Layout.SMALL));
    }
    return new ImageSourceKind.Inputs(
        folder.toString(), Optional.empty(), Optional.empty(), List.of());
  }
}
