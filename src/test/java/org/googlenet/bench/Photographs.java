package org.googlenet.bench;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * JPEGs of ImageNet's usual size, 500 x 375, that are parts of real photographs: what a decoder
 * takes for noise or gradients says little of what it takes for these.
 */
final class Photographs {

  private static final int WIDTH = 500;
  private static final int HEIGHT = 375;
  private static final List<String> NAMES = List.of("astronaut", "chelsea", "coffee", "rocket");

  private final List<BufferedImage> sources = NAMES.stream().map(Photographs::source).toList();
  private final float quality;

  /**
   * Makes photographs of one JPEG quality.
   *
   * @param quality from 0 to 1; 0.9 gives some 45 KB, 0.993 some 110 KB
   */
  Photographs(double quality) {
    this.quality = (float) quality;
  }

  /** The first so many; the same ones each time. */
  List<byte[]> first(int count) {
    List<byte[]> all = new ArrayList<>(count);
    for (int number = 0; number < count; number++) {
      all.add(jpeg(number));
    }
    return all;
  }

  /** A part of a photograph, of half to all of what fits, mirrored half of the time. */
  private byte[] jpeg(int number) {
    Random random = new Random(number);
    BufferedImage source = sources.get(number % sources.size());
    double most =
        Math.min((double) source.getWidth() / WIDTH, (double) source.getHeight() / HEIGHT);
    double scale = most * (0.5 + random.nextDouble() / 2);
    int width = (int) (WIDTH * scale);
    int height = (int) (HEIGHT * scale);
    int x = random.nextInt(source.getWidth() - width + 1);
    int y = random.nextInt(source.getHeight() - height + 1);
    boolean mirror = random.nextBoolean();
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    int left = mirror ? WIDTH : 0;
    graphics.drawImage(source, left, 0, WIDTH - left, HEIGHT, x, y, x + width, y + height, null);
    graphics.dispose();
    return encoded(image);
  }

  private byte[] encoded(BufferedImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(quality);
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  private static BufferedImage source(String name) {
    try (InputStream in = Photographs.class.getResourceAsStream("/photographs/" + name + ".jpg")) {
      return ImageIO.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
