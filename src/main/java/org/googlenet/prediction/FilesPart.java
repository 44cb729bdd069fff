package org.googlenet.prediction;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import org.googlenet.storage.Stores;

/** Images that are files of their own, and lie anywhere. */
record FilesPart(ArrayList<ImageFile> files) implements Part {

  /**
   * A file.
   *
   * @param place an absolute path or a URI; null if there is none to read
   * @param error why there is none; null if there is one
   */
  record ImageFile(RecordName name, String place, String error) implements Serializable {}

  @Override
  public void read(Stores stores, Visitor visitor) throws IOException {
    try (FilesAhead ahead = new FilesAhead(stores, files)) {
      for (ImageFile file : files) {
        FilesAhead.Content content = ahead.next();
        if (content.error() == null) {
          visitor.image(file.name(), content.bytes());
        } else {
          visitor.unreadable(file.name(), content.error());
        }
      }
    }
  }
}
