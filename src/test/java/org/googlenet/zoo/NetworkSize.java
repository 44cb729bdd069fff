package org.googlenet.zoo;

/**
 * How large a well-known network is drawn.
 *
 * @param side height and width of its images
 * @param width by which its numbers of channels are multiplied: 1 as published, less in a test
 * @param classes that it tells apart
 * @param dropout whether it has its dropouts, which draw by chance
 */
public record NetworkSize(int side, double width, int classes, boolean dropout) {

  /** The network as published but for its images' side, with 1,000 classes. */
  public static NetworkSize published(int side) {
    return new NetworkSize(side, 1, 1000, true);
  }

  /** A narrow network without dropouts, which does the same in DL4J and elsewhere. */
  public static NetworkSize narrow(int side, double width) {
    return new NetworkSize(side, width, 5, false);
  }
}
