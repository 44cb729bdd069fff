package org.googlenet.zoo;

import java.util.Optional;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;

/** Well-known convolutional networks as DL4J configurations of any side and width. */
public enum ZooNetwork {
  LENET("LeNet", null, 16, PlainNetworks::leNet),
  ALEXNET("AlexNet", "alexnet", 63, PlainNetworks::alexNet),
  VGG16("VGG-16", "vgg16", 32, PlainNetworks::vgg16),
  SQUEEZENET("SqueezeNet 1.1", "squeezenet1_1", 32, PlainNetworks::squeezeNet),
  RESNET18("ResNet-18", "resnet18", 32, ResidualNetworks::resNet18),
  RESNET50("ResNet-50", "resnet50", 32, ResidualNetworks::resNet50),
  DENSENET121("DenseNet-121", "densenet121", 32, ResidualNetworks::denseNet121),
  MOBILENET_V1("MobileNet v1", null, 32, SeparableNetworks::mobileNetV1),
  MOBILENET_V2("MobileNet v2", "mobilenet_v2", 32, SeparableNetworks::mobileNetV2),
  XCEPTION("Xception", null, 32, SeparableNetworks::xception),
  INCEPTION_V3("Inception v3", "inception_v3", 75, InceptionV3::draw),
  UNET("U-Net", null, 16, PlainNetworks::uNet);

  private static final String INPUT = "input";

  private final String title;
  private final String torchvision;
  private final int smallestSide;
  private final Function<Drawing, ComputationGraphConfiguration> draw;

  /**
   * @param torchvision its name in torchvision; null where that does not have it
   */
  ZooNetwork(
      String title,
      String torchvision,
      int smallestSide,
      Function<Drawing, ComputationGraphConfiguration> draw) {
    this.title = title;
    this.torchvision = torchvision;
    this.smallestSide = smallestSide;
    this.draw = draw;
  }

  /** The name that its authors gave it. */
  public String title() {
    return title;
  }

  /** Its name in torchvision; nothing where that does not have it. */
  public Optional<String> torchvision() {
    return Optional.ofNullable(torchvision);
  }

  /** The smallest images that are left with a map of one pixel. */
  public int smallestSide() {
    return smallestSide;
  }

  /**
   * Its configuration, with L2 regularisation of 1e-4.
   *
   * <p>LeNet takes rows of pixels {@code [n, side * side]}, the others images {@code [n, 3, side,
   * side]}. U-Net gives maps {@code [n, 1, side, side]} of probabilities, the others the
   * probabilities of the classes.
   *
   * @throws IllegalArgumentException if the side is too small
   */
  public ComputationGraphConfiguration configuration(NetworkSize size, IUpdater updater) {
    int side = size.side();
    if (side < smallestSide) {
      throw new IllegalArgumentException(
          "side %d: %s takes %d at least".formatted(side, title, smallestSide));
    }
    InputType input =
        this == LENET
            ? InputType.convolutionalFlat(side, side, 1)
            : InputType.convolutional(side, side, 3);
    return draw.apply(new Drawing(INPUT, input, size, updater));
  }

  /** Random images and labels of the shapes that it takes, the same for the same seed. */
  public DataSet examples(NetworkSize size, int examples, long seed) {
    int side = size.side();
    Nd4j.getRandom().setSeed(seed);
    INDArray images =
        this == LENET
            ? Nd4j.randn(DataType.FLOAT, examples, side * side)
            : Nd4j.randn(DataType.FLOAT, examples, 3, side, side);
    return new DataSet(images, labels(size, examples));
  }

  private INDArray labels(NetworkSize size, int examples) {
    if (this == UNET) {
      return Nd4j.rand(DataType.FLOAT, examples, 1, size.side(), size.side())
          .gt(0.5)
          .castTo(DataType.FLOAT);
    }
    INDArray labels = Nd4j.zeros(DataType.FLOAT, examples, size.classes());
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % size.classes(), 1);
    }
    return labels;
  }
}
