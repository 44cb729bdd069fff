package org.googlenet.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.googlenet.common.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Photographs become what torchvision, and Caffe with OpenCV, make of them: inputs/make.py. */
class PresetsTest {

  private static final Map<String, byte[]> IMAGES = files("/inputs/images.zip");
  private static final Map<String, byte[]> EXPECTED = files("/inputs/expected.zip");

  /**
   * Rounded differently by the decoders, by 1 of 255; by OpenCV's resizing up to 2 become of it.
   */
  private static final String CMYK = "cmyk.jpg";

  private static final int SIDE = 224;
  private static final int SAMPLES = 16;

  /** Values that are the bytes. */
  private static final Normalisation BYTES =
      new Normalisation(Normalisation.Channels.RGB, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));

  private static Map<String, byte[]> files(String archive) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (InputStream in = PresetsTest.class.getResourceAsStream(archive);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** What a library made of an image: {@code what, side, image, SHA-256}. */
  private static List<String[]> results(String what) {
    return new String(EXPECTED.get("expected.tsv"), StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split("\t", -1))
        .filter(cells -> cells[0].equals(what))
        .toList();
  }

  private static Decoding bytesOf(Preset preset) {
    Decoding decoding = preset.decoding();
    return new Decoding(
        decoding.augmentation(),
        decoding.alpha(),
        decoding.maxMegapixels(),
        decoding.resize(),
        decoding.interpolation(),
        BYTES);
  }

  /** From [crops, 3, side, side] values to [crops, side, side, 3] bytes. */
  private static byte[] interleaved(float[] values, int side) {
    int plane = side * side;
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      int crop = i / (3 * plane);
      int channel = i / plane % 3;
      bytes[(crop * plane + i % plane) * 3 + channel] = (byte) values[i];
    }
    return bytes;
  }

  private static String evaluated(Preset preset, int side, byte[] image) throws UnreadableImage {
    float[] pixels = new float[3 * side * side];
    new Decoder(side, bytesOf(preset), false).decode(image, 0, pixels, 0);
    return Sha256.of(interleaved(pixels, side));
  }

  private static String tenCrops(Preset preset, byte[] image) throws UnreadableImage {
    float[] pixels = new float[10 * 3 * SIDE * SIDE];
    new Decoder(SIDE, bytesOf(preset), false).decodeTenCrops(image, pixels, 0);
    return Sha256.of(interleaved(pixels, SIDE));
  }

  @Test
  void evaluationHasThePixelsOfTorchvisionsResizeAndCentreCrop() throws UnreadableImage {
    List<String> others = new ArrayList<>();
    List<String[]> results = results("torchvision");
    for (String[] result : results) {
      int side = Integer.parseInt(result[1]);
      if (!evaluated(Preset.TORCHVISION, side, IMAGES.get(result[2])).equals(result[3])) {
        others.add(result[2]);
      }
    }

    assertThat(results).hasSize(3 * IMAGES.size());
    assertThat(others).containsExactly(CMYK, CMYK, CMYK);
  }

  @Test
  void evaluationHasThePixelsOfOpenCvsWarp() throws UnreadableImage {
    List<String> others = new ArrayList<>();
    List<String[]> results = results("caffe");
    for (String[] result : results) {
      if (!evaluated(Preset.CAFFE, SIDE, IMAGES.get(result[2])).equals(result[3])) {
        others.add(result[2]);
      }
    }

    assertThat(results).hasSize(IMAGES.size());
    assertThat(others).containsExactly(CMYK);
  }

  @Test
  void tenCropsAreTorchvisions() throws UnreadableImage {
    List<String> others = new ArrayList<>();
    List<String[]> results = results("ten crops");
    for (String[] result : results) {
      if (!tenCrops(Preset.TORCHVISION, IMAGES.get(result[2])).equals(result[3])) {
        others.add(result[2]);
      }
    }

    assertThat(results).hasSize(IMAGES.size());
    assertThat(others).containsExactly(CMYK);
  }

  @Test
  void aPartThatTrainingCutsOutIsResizedAsByTorchvision() throws UnreadableImage {
    List<String> others = new ArrayList<>();
    for (String[] result : results("part")) {
      byte[] image = IMAGES.get(result[2]);
      try (PointerScope scope = new PointerScope()) {
        Mat whole = EncodedImage.of(image, Decoding.PLAIN).decode(1);
        int width = whole.cols();
        int height = whole.rows();
        Mat part = new Mat(whole, new Rect(width / 7, height / 5, 3 * width / 5, height / 2));
        byte[] resized =
            Interpolation.BILINEAR.resize(part, SIDE, SIDE, new Rect(0, 0, SIDE, SIDE));
        if (!Sha256.of(redFirst(resized)).equals(result[3])) {
          others.add(result[2]);
        }
      }
    }

    assertThat(others).containsExactly(CMYK);
  }

  private static byte[] redFirst(byte[] blueFirst) {
    byte[] bytes = blueFirst.clone();
    for (int i = 0; i < bytes.length; i += 3) {
      bytes[i] = blueFirst[i + 2];
      bytes[i + 2] = blueFirst[i];
    }
    return bytes;
  }

  /** A step of 255 is 0.018 for torchvision, 0.008 for inception, 1 for caffe. */
  @ParameterizedTest
  @EnumSource(
      value = Preset.class,
      names = {"TORCHVISION", "INCEPTION", "CAFFE"})
  void theTensorIsNormalisedAsThere(Preset preset) throws UnreadableImage {
    double step = 1 / Collections.min(preset.decoding().normalisation().deviation());
    Decoder decoder = new Decoder(SIDE, preset.decoding(), false);
    float[] pixels = new float[decoder.values()];
    for (Map.Entry<String, byte[]> image : IMAGES.entrySet()) {
      decoder.decode(image.getValue(), 0, pixels, 0);
      String name = preset.name().toLowerCase(Locale.ROOT) + "/" + image.getKey();
      ByteBuffer expected = ByteBuffer.wrap(EXPECTED.get(name));
      double ofCmyk = preset == Preset.CAFFE ? 2 : 1;
      double tolerance = image.getKey().equals(CMYK) ? ofCmyk * step + 1e-6 : 1e-6;
      for (int i = 0; i < 3 * SAMPLES * SAMPLES; i++) {
        int row = 7 + 14 * (i / SAMPLES % SAMPLES);
        int column = 7 + 14 * (i % SAMPLES);
        float ours = pixels[(i / (SAMPLES * SAMPLES) * SIDE + row) * SIDE + column];
        assertThat(ours)
            .as("%s, %d", name, i)
            .isCloseTo(expected.getFloat(), within((float) tolerance));
      }
      assertThat(expected.hasRemaining()).isFalse();
    }
  }

  @Test
  void tenCropsOfThePlainInputAreOfTheShorterSideAt256() throws UnreadableImage {
    byte[] image = IMAGES.get("landscape.jpg");
    float[] ten = new float[10 * 3 * SIDE * SIDE];
    new Decoder(SIDE, Preset.PLAIN.decoding(), false).decodeTenCrops(image, ten, 0);
    float[] centre = new float[3 * SIDE * SIDE];
    Decoding resized =
        new Decoding(
            new Augmentation(Augmentation.Kind.NONE),
            Alpha.IGNORE,
            100,
            new Resize(256, Resize.AspectRatio.KEEP),
            Interpolation.AREA,
            Preset.PLAIN.decoding().normalisation());
    new Decoder(SIDE, resized, false).decode(image, 0, centre, 0);

    assertThat(Arrays.copyOfRange(ten, 4 * centre.length, 5 * centre.length)).isEqualTo(centre);
  }
}
