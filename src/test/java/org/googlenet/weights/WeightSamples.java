package org.googlenet.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The small files of weights among the test resources, which {@code make_small.py} makes. */
final class WeightSamples {

  static final Path FOLDER = Path.of("src/test/resources/weights");

  private WeightSamples() {}

  static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(FOLDER.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static NamedTensors read(String name) {
    return WeightFile.named(bytes(name), name);
  }

  /** What every tensor of theirs holds: i / 4 - 1 at index i. */
  static float[] ramp(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i / 4f - 1;
    }
    return values;
  }
}
