package org.googlenet.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** IDX files keep what a source of images promises. */
class IdxSourceTest extends ImageSourceContract {

  @Override
  protected ImageSourceKind kind() {
    return new IdxSource.Kind();
  }

  @Override
  protected ImageSourceKind.Inputs write(Path folder) throws IOException {
    byte[] pixels = new byte[5 * 2 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (7 * i);
    }
    Path images =
        Files.write(folder.resolve("images"), PackedImages.idx(0x803, new int[] {5, 2, 3}, pixels));
    Path labels =
        Files.write(
            folder.resolve("labels"),
            PackedImages.idx(0x801, new int[] {5}, new byte[] {0, 1, 2, 0, 1}));
    return new ImageSourceKind.Inputs(
        images.toString(), Optional.of(labels.toString()), Optional.empty(), List.of());
  }
}
