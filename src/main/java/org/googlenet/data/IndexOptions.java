package org.googlenet.data;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.googlenet.common.Sha256;
import org.googlenet.data.format.Fields;

/**
 * All that decides which records an index of a shard has.
 *
 * @param fields which are image, label and key
 * @param classNames in the order of the labels; empty if they are to be found in the data
 * @param labelBase the number of the first class, 0 or 1
 */
public record IndexOptions(Fields fields, List<String> classNames, int labelBase)
    implements Serializable {

  /** Which rules an index is made by; a change of them makes a number more. */
  private static final int RULES = 2;

  public IndexOptions {
    classNames = List.copyOf(classNames);
  }

  /** SHA-256 of the options with a format, to tell whether an index was made with the same. */
  String sha256(String format) {
    StringBuilder all = new StringBuilder();
    for (Object each :
        List.of(RULES, format, fields.image(), fields.label(), fields.key(), labelBase)) {
      all.append(each).append('\n');
    }
    classNames.forEach(name -> all.append(name).append('\n'));
    return Sha256.of(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Whether a label is a class's number and not its name. */
  public static boolean isNumber(String label) {
    return LabelCheck.isNumber(label);
  }
}
