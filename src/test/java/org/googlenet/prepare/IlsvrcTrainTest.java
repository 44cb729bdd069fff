package org.googlenet.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.googlenet.data.image.Images;

/** The challenge's training tar keeps what a source of images promises. */
class IlsvrcTrainTest extends ImageSourceContract {

  @Override
  protected ImageSourceKind kind() {
    return new IlsvrcSource.Kind();
  }

  @Override
  protected ImageSourceKind.Inputs write(Path folder) throws IOException {
    Map<String, byte[]> synsets = new TreeMap<>();
    for (String synset : List.of("n02", "n01")) {
      Map<String, byte[]> images = new TreeMap<>();
      for (int i = 0; i < 3; i++) {
        images.put(synset + "_" + i + ".JPEG", Images.jpeg(40, 30, i));
      }
      synsets.put(synset + ".tar", PackedImages.tar(images));
    }
    Path tar = Files.write(folder.resolve("train.tar"), PackedImages.tar(synsets));
    return new ImageSourceKind.Inputs(
        tar.toString(), Optional.empty(), Optional.empty(), List.of());
  }
}
