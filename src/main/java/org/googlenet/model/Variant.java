package org.googlenet.model;

/**
 * Which GoogLeNet a network is: the three that programs share weights of differ in their layers.
 */
public enum Variant {
  /**
   * Without any normalisation. Every max pool is 3x3 with a padding of 1, so maps are halved
   * rounding up; the convolutions of the auxiliary heads have no ReLU.
   */
  PLAIN(0.4),

  /**
   * As Caffe's {@code bvlc_googlenet}: local response normalisation in the stem ({@link Lrn}),
   * pools without padding whose last window may end outside the map (Caffe's and PyTorch's ceil
   * mode), and a ReLU behind the convolutions of the auxiliary heads.
   */
  LRN(0.4),

  /**
   * As torchvision's {@code googlenet}: a batch normalisation ({@link BatchNorm}) behind each
   * convolution, which has no bias; a 3x3 convolution where the paper has 5x5, ceil-mode pools of
   * which the last is 2x2, and an adaptive average pool to 4x4 in front of the auxiliary heads.
   */
  BATCHNORM(0.2);

  private final double dropoutMain;

  Variant(double dropoutMain) {
    this.dropoutMain = dropoutMain;
  }

  /** The usual probability to drop a feature in front of the main classifier. */
  public double dropoutMain() {
    return dropoutMain;
  }

  /** The usual probability to drop a feature in front of the auxiliary classifiers. */
  public double dropoutAux() {
    return 0.7;
  }

  /**
   * Side of a map behind a pool with stride 2.
   *
   * @param side of the map in front of it, at least the kernel
   * @param kernel 2 or 3; of 2 only in ceil mode
   */
  int pooled(int side, int kernel) {
    boolean roundsUp = this == PLAIN || kernel == 2;
    return roundsUp ? (side + 1) / 2 : side / 2;
  }

  /** Side of the window of the pool in front of 5a. */
  int lastPool() {
    return this == BATCHNORM ? 2 : 3;
  }

  /** Side of the convolution of the branch that the paper calls 5x5. */
  int largestConvolution() {
    return this == BATCHNORM ? 3 : 5;
  }
}
