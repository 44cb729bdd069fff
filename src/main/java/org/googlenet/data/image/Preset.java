package org.googlenet.data.image;

import java.util.List;
import org.googlenet.data.image.Normalisation.Channels;
import org.googlenet.data.image.Resize.AspectRatio;

/** The inputs that GoogLeNets are trained with, by name. */
public enum Preset {
  /** What this project trains with: the part to keep is cut out first, and resized once. */
  PLAIN(
      Augmentation.Kind.NONE,
      Resize.NONE,
      Interpolation.AREA,
      Normalisation.imageNet(Channels.RGB)),

  /**
   * BVLC's: the whole image warped to 256 x 256, cropped to 224; blue, green and red from 0 to 255
   * minus ImageNet's means (Caffe's {@code models/bvlc_googlenet/train_val.prototxt}).
   */
  CAFFE(
      Augmentation.Kind.CAFFE,
      new Resize(Resize.AUTO, AspectRatio.IGNORE),
      Interpolation.LINEAR,
      new Normalisation(Channels.BGR, List.of(123.0, 117.0, 104.0), List.of(1.0, 1.0, 1.0))),

  /** That of torchvision's {@code ImageClassification}: the shorter side to 256, cropped to 224. */
  TORCHVISION(
      Augmentation.Kind.INCEPTION,
      new Resize(Resize.AUTO, AspectRatio.KEEP),
      Interpolation.BILINEAR,
      Normalisation.imageNet(Channels.RGB)),

  /**
   * The same, from -1 to 1: what torchvision's {@code transform_input=True} makes of its input, and
   * what its published weights of GoogLeNet and those of TensorFlow expect.
   */
  INCEPTION(
      Augmentation.Kind.INCEPTION,
      new Resize(Resize.AUTO, AspectRatio.KEEP),
      Interpolation.BILINEAR,
      new Normalisation(Channels.RGB, List.of(127.5, 127.5, 127.5), List.of(127.5, 127.5, 127.5)));

  private final Decoding decoding;

  Preset(
      Augmentation.Kind augmentation,
      Resize resize,
      Interpolation interpolation,
      Normalisation normalisation) {
    this.decoding =
        new Decoding(
            new Augmentation(augmentation),
            Alpha.IGNORE,
            Decoding.MAX_MEGAPIXELS,
            resize,
            interpolation,
            normalisation);
  }

  /** What a recipe says that names only the preset. */
  public Decoding decoding() {
    return decoding;
  }
}
