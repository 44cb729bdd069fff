package org.googlenet.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.googlenet.data.format.ForeignShards;
import org.googlenet.data.format.StoredRecord;
import org.googlenet.data.image.Images;

/** Tars that others wrote, one of them compressed, keep what a source of images promises. */
class WebDatasetSourceTest extends ImageSourceContract {

  @Override
  protected ImageSourceKind kind() {
    return new ForeignSource.WebDatasetKind();
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
      byte[] tar = ForeignShards.webDataset(records);
      Files.write(folder.resolve(shard + ".tar"), shard == 0 ? tar : ForeignShards.gzip(tar));
    }
    return new ImageSourceKind.Inputs(
        folder.toString(), Optional.empty(), Optional.empty(), List.of());
  }
}
