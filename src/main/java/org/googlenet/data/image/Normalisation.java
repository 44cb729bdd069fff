package org.googlenet.data.image;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * How the bytes of a pixel become the network's values: {@code (byte - mean) / deviation}, each
 * colour by its own.
 *
 * @param channels the order of the colours in the network's input
 * @param mean of red, green and blue, in this order whatever that of the channels; 0 to 255
 * @param deviation of red, green and blue, in units of bytes; 1 leaves values as they are
 */
public record Normalisation(Channels channels, List<Double> mean, List<Double> deviation)
    implements Serializable {

  private static final int COLOURS = 3;
  private static final int BYTES = 256;

  /** The order of the three colours. */
  public enum Channels {
    RGB,
    BGR
  }

  /**
   * @throws IllegalArgumentException if there are not three of each
   */
  public Normalisation {
    Objects.requireNonNull(channels, "channels");
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.size() != COLOURS || deviation.size() != COLOURS) {
      throw new IllegalArgumentException(
          "mean " + mean + ", deviation " + deviation + ": give red, green and blue");
    }
  }

  /** Mean and deviation of ImageNet: 0.485, 0.456, 0.406 and 0.229, 0.224, 0.225, times 255. */
  static Normalisation imageNet(Channels channels) {
    return new Normalisation(
        channels, List.of(123.675, 116.28, 103.53), List.of(58.395, 57.12, 57.375));
  }

  /** Which colour is in a channel of the network's input: 0 is red, 1 green, 2 blue. */
  public int colour(int channel) {
    return channels == Channels.RGB ? channel : COLOURS - 1 - channel;
  }

  /** The network's value of each byte: [channel, 256]. */
  float[][] tables() {
    float[][] tables = new float[COLOURS][BYTES];
    for (int channel = 0; channel < COLOURS; channel++) {
      int colour = colour(channel);
      for (int value = 0; value < BYTES; value++) {
        tables[channel][value] = (float) ((value - mean.get(colour)) / deviation.get(colour));
      }
    }
    return tables;
  }
}
