package org.googlenet.training;

import java.util.ArrayList;
import java.util.List;
import org.googlenet.data.Dataset;
import org.googlenet.data.Specimens;
import org.googlenet.data.format.Record;
import org.googlenet.data.image.ContactSheet;

/** Draws some images of a data set, for whoever looks at a training. */
final class SomeImages {

  private static final int BLOCKS = 6;
  private static final int OF_EACH = 8;

  /** Of an image, in pixels. */
  private static final int SIDE = 96;

  private SomeImages() {}

  /** A picture of 48 images with their classes, as a PNG; always the same of one data set. */
  static byte[] png(Dataset dataset) {
    List<ContactSheet.Tile> tiles = new ArrayList<>();
    Specimens.some(dataset, BLOCKS, OF_EACH, 1, record -> tiles.add(tile(record, dataset)));
    return ContactSheet.png(List.of(new ContactSheet.Section("training images", tiles)), SIDE);
  }

  private static ContactSheet.Tile tile(Record record, Dataset dataset) {
    return new ContactSheet.Tile(record.image(), dataset.classNames().get(record.label()), "");
  }
}
