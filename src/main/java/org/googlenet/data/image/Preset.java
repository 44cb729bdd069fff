package org.googlenet.data.image;

import java.util.List;
import org.googlenet.data.image.Normalisation.Channels;
import org.googlenet.data.image.Resize.AspectRatio;

/** The inputs that GoogLeNets are trained with, by name. */
public enum Preset {
  /** What this project trains with: the part to keep is cut out first, and resized once. */
  PLAIN,

  /**
   * BVLC's: the whole image warped to 256 x 256, cropped to 224; blue, green and red from 0 to 255
   * minus ImageNet's means (Caffe's {@code models/bvlc_googlenet/train_val.prototxt}).
   */
  CAFFE,

  /** That of torchvision's {@code ImageClassification}: the shorter side to 256, cropped to 224. */
  TORCHVISION,

  /**
   * The same, from -1 to 1: what torchvision's {@code transform_input=True} makes of its input, and
   * what its published weights of GoogLeNet and those of TensorFlow expect.
   */
  INCEPTION;

  /** What a recipe says that names only the preset. */
  public Decoding decoding() {
    return switch (this) {
      case PLAIN -> Decoding.of(Augmentation.Kind.NONE);
      case CAFFE ->
          with(
              Augmentation.Kind.CAFFE,
              AspectRatio.IGNORE,
              Interpolation.LINEAR,
              new Normalisation(Channels.BGR, List.of(123.0, 117.0, 104.0), same(1)));
      case TORCHVISION -> asTorchvision(Normalisation.imageNet(Channels.RGB));
      case INCEPTION -> asTorchvision(new Normalisation(Channels.RGB, same(127.5), same(127.5)));
    };
  }

  private static List<Double> same(double value) {
    return List.of(value, value, value);
  }

  private static Decoding asTorchvision(Normalisation normalisation) {
    return with(
        Augmentation.Kind.INCEPTION, AspectRatio.KEEP, Interpolation.BILINEAR, normalisation);
  }

  private static Decoding with(
      Augmentation.Kind augmentation,
      AspectRatio aspectRatio,
      Interpolation interpolation,
      Normalisation normalisation) {
    return new Decoding(
        new Augmentation(augmentation),
        Alpha.IGNORE,
        Decoding.MAX_MEGAPIXELS,
        new Resize(Resize.AUTO, aspectRatio),
        interpolation,
        normalisation);
  }
}
