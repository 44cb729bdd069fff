package org.googlenet.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.googlenet.data.image.Images;

/** Folders of classes keep what a source of images promises. */
class FolderSourceTest extends ImageSourceContract {

  @Override
  protected ImageSourceKind kind() {
    return new FolderSource.Kind();
  }

  @Override
  protected ImageSourceKind.Inputs write(Path folder) throws IOException {
    for (int i = 0; i < 6; i++) {
      Path file = folder.resolve("c" + i % 2).resolve("v1." + i + ".jpg");
      Files.createDirectories(file.getParent());
      Files.write(file, Images.jpeg(20 + i, 10, i));
    }
    return new ImageSourceKind.Inputs(
        folder.toString(), Optional.empty(), Optional.empty(), List.of());
  }
}
