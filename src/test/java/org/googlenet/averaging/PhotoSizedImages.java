package org.googlenet.averaging;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.googlenet.data.Dataset;
import org.googlenet.data.SampleRecords;
import org.googlenet.data.format.Record;

/**
 * A data set whose images take as long to read and decode as ImageNet's: JPEGs of 500 x 375 pixels
 * and some 45 KB, colour gradients under noise.
 */
final class PhotoSizedImages {

  private static final int WIDTH = 500;
  private static final int HEIGHT = 375;
  private static final int NOISE = 36;

  /** Images that differ; more records than these repeat them under other keys. */
  private static final int DIFFERENT = 128;

  private PhotoSizedImages() {}

  /** Writes a data set in one shard. */
  static Dataset write(Path folder, int records, int classes) {
    List<byte[]> images =
        IntStream.range(0, Math.min(records, DIFFERENT)).mapToObj(PhotoSizedImages::jpeg).toList();
    List<Record> all = new ArrayList<>(records);
    for (int i = 0; i < records; i++) {
      all.add(
          new Record(
              String.format(Locale.ROOT, "image%06d", i),
              images.get(i % images.size()),
              i % classes));
    }
    List<String> classNames = IntStream.range(0, classes).mapToObj("class %d"::formatted).toList();
    return SampleRecords.write(folder, "train", classNames, all);
  }

  private static byte[] jpeg(int number) {
    Random random = new Random(number);
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int noise = random.nextInt(NOISE);
        int red = x * 200 / WIDTH + noise;
        int green = y * 200 / HEIGHT + noise;
        int blue = (x + y + 20 * number) % 200 + noise;
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "jpg", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
