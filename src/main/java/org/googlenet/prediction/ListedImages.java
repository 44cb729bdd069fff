package org.googlenet.prediction;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.googlenet.data.format.Fields;
import org.googlenet.data.format.list.ImageList;
import org.googlenet.data.format.list.ListShards;
import org.googlenet.prediction.FilesPart.ImageFile;
import org.googlenet.prediction.Part.RecordName;
import org.googlenet.prepare.Omission;
import org.googlenet.prepare.Omissions;
import org.googlenet.storage.Stores;

/** Gathers the images that lists name; a line that names none is one that cannot be read. */
final class ListedImages {

  private final Omissions omissions;
  private final List<ImageFile> files = new ArrayList<>();

  /**
   * @param omissions receives the lines that are not about images
   */
  ListedImages(Omissions omissions) {
    this.omissions = omissions;
  }

  /**
   * Reads a list.
   *
   * @param place an absolute path or URI
   * @param name of the list, for keys and people
   */
  void read(Stores stores, String place, String name, Fields fields) throws IOException {
    ListShards.read(stores, place, fields, new Lines(name));
  }

  List<ImageFile> files() {
    return files;
  }

  /** A text for each image that changes with its line. */
  List<String> identity() {
    return files.stream()
        .map(file -> String.join("\t", file.name().toString(), file.place(), file.error()))
        .toList();
  }

  private final class Lines implements ImageList.Visitor {

    private final String list;

    Lines(String list) {
      this.list = list;
    }

    @Override
    public void image(int line, String image, String label, String key) {
      RecordName name = new RecordName(key, label.isEmpty() ? null : label);
      files.add(new ImageFile(name, image, null));
    }

    @Override
    public void bad(int line, String reason) {
      files.add(new ImageFile(new RecordName(at(line), null), null, at(line) + ": " + reason));
    }

    @Override
    public void passedOver(int line, String kind) {
      omissions.add(Omission.OTHER, at(line));
    }

    private String at(int line) {
      return String.format(Locale.ROOT, "%s: line %d", list, line);
    }
  }
}
