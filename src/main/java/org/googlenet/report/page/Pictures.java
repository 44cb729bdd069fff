package org.googlenet.report.page;

import java.util.List;

/** Small pictures of a training's data; each may be missing, for a reason that the page says. */
public interface Pictures {

  /** Those of a run whose data is not looked at. */
  Pictures NONE =
      new Pictures() {
        @Override
        public Picture of(String shard, int position) {
          return Picture.missing("not looked for");
        }

        @Override
        public DataLook look() {
          return DataLook.missing("Pictures were not asked for.");
        }
      };

  /**
   * A record of the validation data; nothing is thrown.
   *
   * @param shard its name in the data set
   * @param position in the shard, from 0
   */
  Picture of(String shard, int position);

  /** A look at the training data; nothing is thrown. */
  DataLook look();

  /**
   * A picture.
   *
   * @param jpeg some 96 pixels wide; empty if there is none
   * @param reason why there is none
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Picture(byte[] jpeg, String reason) {

    /** A picture that there is. */
    public static Picture of(byte[] jpeg) {
      return new Picture(jpeg, "");
    }

    /** A picture that there is not. */
    public static Picture missing(String reason) {
      return new Picture(new byte[0], reason);
    }

    boolean isMissing() {
      return jpeg.length == 0;
    }
  }

  /** A record of the training data. */
  record Specimen(String key, String className, Picture picture) {}

  /**
   * How many images have a shorter side of this length.
   *
   * @param from in pixels
   * @param to the longest of them
   */
  record Sizes(int from, int to, long images) {}

  /**
   * What the training data looks like.
   *
   * @param specimens by class
   * @param sizes by length; of all images that were looked at
   * @param seen how many those are
   * @param reason why nothing could be looked at; empty if it could
   */
  record DataLook(List<Specimen> specimens, List<Sizes> sizes, long seen, String reason) {

    public DataLook {
      specimens = List.copyOf(specimens);
      sizes = List.copyOf(sizes);
    }

    /** Nothing. */
    public static DataLook missing(String reason) {
      return new DataLook(List.of(), List.of(), 0, reason);
    }
  }
}
