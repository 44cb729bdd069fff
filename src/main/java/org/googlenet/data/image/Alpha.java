package org.googlenet.data.image;

/** What becomes of an image's transparency. */
public enum Alpha {
  /** The colour beneath shows, whatever it is. */
  IGNORE,
  /** The image is laid on white. */
  WHITE,
  /** The image is laid on black. */
  BLACK
}
