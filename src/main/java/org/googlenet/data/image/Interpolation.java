package org.googlenet.data.image;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;

import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/** How an image is resized. */
public enum Interpolation {
  /** Averages where the image shrinks, and otherwise as {@code LINEAR}. */
  AREA,

  /** Bilinear with antialiasing, as Pillow and torchvision do it. */
  BILINEAR,

  /**
   * Bilinear between the four nearest pixels, however much the image shrinks, as OpenCV does it.
   */
  LINEAR;

  /** Whether it may begin with a JPEG that was decoded at a fraction of its size. */
  boolean averages() {
    return this == AREA;
  }

  /**
   * Resizes an image and cuts a window out of the result. Call it within a pointer scope.
   *
   * @param source three channels of 8 bits
   * @param width of the whole resized image
   * @param height of the whole resized image
   * @return [height, width, 3] bytes of the window, in the source's order of channels
   */
  byte[] resize(Mat source, int width, int height, Rect window) {
    if (this == BILINEAR) {
      return AntialiasedBilinear.resize(source, width, height, window);
    }
    Mat resized = resize(source, width, height);
    boolean isWhole = window.width() == width && window.height() == height;
    return bytes(isWhole ? resized : new Mat(resized, window).clone());
  }

  private Mat resize(Mat source, int width, int height) {
    boolean shrinks = source.cols() >= width && source.rows() >= height;
    Mat resized = new Mat();
    int how = this == AREA && shrinks ? INTER_AREA : INTER_LINEAR;
    opencv_imgproc.resize(source, resized, new Size(width, height), 0, 0, how);
    return resized;
  }

  /** An image resized by {@code AREA}. Call it within a pointer scope. */
  static Mat byArea(Mat source, int width, int height) {
    return AREA.resize(source, width, height);
  }

  /** The bytes of an image whose rows follow each other without gaps. */
  static byte[] bytes(Mat continuous) {
    byte[] bytes = new byte[Math.toIntExact(continuous.total() * continuous.elemSize())];
    continuous.data().get(bytes, 0, bytes.length);
    return bytes;
  }
}
