package org.googlenet.app.option;

import java.util.List;
import org.googlenet.data.format.Fields;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * Which fields of records that others wrote are image, label and key, and what labels count from.
 */
public final class FieldOptions {

  private static final String IMAGE = "--image-field";
  private static final String LABEL = "--label-field";
  private static final String KEY = "--key-field";
  private static final String LABEL_BASE = "--label-base";

  static final List<String> NAMES = List.of(IMAGE, LABEL, KEY, LABEL_BASE);

  @Option(
      names = IMAGE,
      defaultValue = "",
      paramLabel = "FIELD",
      description =
          "The image of a record that others wrote: of a tar the extension (jpg, seg.png), of a"
              + " TFRecord the feature, of a Parquet file or a list the column. Without it a tar's"
              + " only image, image/encoded, image, or a list's path.")
  private String image;

  @Option(
      names = LABEL,
      defaultValue = "",
      paramLabel = "FIELD",
      description =
          "Its label, a number or a name: of a tar the extension or the field of its json (without"
              + " it cls, cls.txt, label in json, txt), of a TFRecord the feature"
              + " (image/class/label), of a Parquet file or a list the column (label).")
  private String label;

  @Option(
      names = KEY,
      defaultValue = "",
      paramLabel = "FIELD",
      description =
          "Its key: of a TFRecord the feature (without it image/filename), of a Parquet file the"
              + " column (without it the position), of a list the column (without it the image's"
              + " name). 'position' takes the shard's name and the record's position.")
  private String key;

  @Option(
      names = LABEL_BASE,
      defaultValue = "0",
      paramLabel = "0|1",
      description = "The number of the first class where its labels are numbers (default: 0).")
  private int labelBase;

  /** The fields; empty ones are those that the format takes by itself. */
  public Fields fields() {
    return new Fields(image, label, key);
  }

  /** Refuses the number of the first class where labels stay as they are written. */
  public void requireNoLabelBase(CommandLine.Model.CommandSpec command) {
    if (command.commandLine().getParseResult().hasMatchedOption(LABEL_BASE)) {
      throw new CommandLine.ParameterException(
          command.commandLine(),
          LABEL_BASE + ": labels are written as the data has them; leave it out");
    }
  }

  /** The number of the first class; not checked. */
  public int labelBase() {
    return labelBase;
  }
}
