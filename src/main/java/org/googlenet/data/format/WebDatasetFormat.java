package org.googlenet.data.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * Tars as the WebDataset library and GNU tar write them: the entries of a key are neighbours, one
 * of them is the image, another the label.
 *
 * <p>After https://github.com/webdataset/webdataset: a key is an entry's name up to the first dot
 * behind its last slash, a field is what follows that dot.
 */
public final class WebDatasetFormat implements ForeignFormat {

  private static final int BLOCK = 512;

  @Override
  public String name() {
    return "webdataset";
  }

  @Override
  public boolean recognises(byte[] start) {
    if (start.length < BLOCK) {
      return false;
    }
    byte[] header = Arrays.copyOf(start, BLOCK);
    return hasCheckSum(header) || Arrays.equals(header, new byte[BLOCK]);
  }

  private static boolean hasCheckSum(byte[] header) {
    try {
      return TarUtils.verifyCheckSum(header);
    } catch (IllegalArgumentException e) {
      return false; // what should be its digits is something else
    }
  }

  @Override
  public String scan(ShardSource source, Fields fields, ScanVisitor visitor) throws IOException {
    try (WholeShard shard = new WholeShard(source)) {
      new WebDatasetScan(source.shard().name(), shard, fields, visitor).run();
      return shard.sha256();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
