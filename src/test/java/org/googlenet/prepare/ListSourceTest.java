package org.googlenet.prepare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.googlenet.data.image.Images;

/** Lists of images keep what a source of images promises. */
class ListSourceTest extends ImageSourceContract {

  @Override
  protected ImageSourceKind kind() {
    return new ListSource.Kind();
  }

  @Override
  protected ImageSourceKind.Inputs write(Path folder) throws IOException {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      Files.write(folder.resolve(i + ".jpg"), Images.jpeg(20 + i, 10, i));
      list.append(i).append(".jpg,c").append(i % 2).append('\n');
    }
    Files.writeString(folder.resolve("all.csv"), list, StandardCharsets.UTF_8);
    return new ImageSourceKind.Inputs(
        folder.toString(), Optional.empty(), Optional.empty(), List.of());
  }
}
