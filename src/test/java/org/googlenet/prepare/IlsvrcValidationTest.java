package org.googlenet.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.googlenet.data.image.Images;

/** The challenge's validation tar keeps what a source of images promises. */
class IlsvrcValidationTest extends ImageSourceContract {

  @Override
  protected ImageSourceKind kind() {
    return new IlsvrcSource.Kind();
  }

  @Override
  protected ImageSourceKind.Inputs write(Path folder) throws IOException {
    Map<String, byte[]> images = new TreeMap<>();
    for (int i = 1; i <= 4; i++) {
      images.put("val_" + i + ".JPEG", Images.jpeg(40, 30, i));
    }
    Path tar = Files.write(folder.resolve("val.tar"), PackedImages.tar(images));
    Path labels = Files.writeString(folder.resolve("labels.txt"), "2\n1\n1\n2\n");
    return new ImageSourceKind.Inputs(
        tar.toString(), Optional.of(labels.toString()), Optional.empty(), List.of());
  }
}
