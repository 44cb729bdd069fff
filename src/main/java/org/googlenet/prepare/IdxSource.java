package org.googlenet.prepare;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.image.ImageEncoder;
import org.googlenet.storage.Stores;

/**
 * Grey images and labels in the IDX format of the MNIST family, gzipped or not; each image becomes
 * a PNG. Keys are the images' numbers in the file, from {@code 000000}.
 *
 * <p>After http://yann.lecun.com/exdb/mnist: big-endian; images are 0x803, count, rows, columns,
 * then bytes; labels are 0x801, count, then bytes.
 *
 * @param images path or URI of the {@code idx3-ubyte} file
 * @param labels path or URI of the {@code idx1-ubyte} file
 * @param classNames in the order of the labels; if empty, the labels themselves up to the largest
 */
public record IdxSource(String images, String labels, List<String> classNames)
    implements ImageSource {

  private static final int IMAGES = 0x803;
  private static final int LABELS = 0x801;
  private static final int IMAGES_HEADER = 16;
  private static final int GZIP = 0x1F8B;
  private static final int MAX_SIDE = 7_900;

  public IdxSource {
    classNames = List.copyOf(classNames);
  }

  /** The kind named {@code idx}. */
  public static final class Kind implements ImageSourceKind {

    @Override
    public String name() {
      return "idx";
    }

    @Override
    public ImageSource source(Inputs inputs) {
      String labels =
          inputs
              .labels()
              .orElseThrow(
                  () -> new PrepareRefused("--source idx needs --labels, the idx1-ubyte file"));
      return new IdxSource(inputs.images(), labels, inputs.classNames());
    }
  }

  @Override
  public Listing list(JavaSparkContext spark, Stores stores) throws IOException {
    Header header = header(stores);
    byte[] values = labels(stores, header.count());
    int largest = 0;
    for (byte value : values) {
      largest = Math.max(largest, value & 0xFF);
    }
    List<String> names =
        classNames.isEmpty()
            ? IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList()
            : classNames;
    Omissions omissions = new Omissions();
    return new Listing(
        names, Classes.GIVEN, refs(values, header, names.size(), omissions), omissions);
  }

  private List<ImageRef> refs(byte[] values, Header header, int classes, Omissions omissions) {
    List<ImageRef> refs = new ArrayList<>(values.length);
    for (int i = 0; i < values.length; i++) {
      int label = values[i] & 0xFF;
      if (label >= classes) {
        omissions.add(
            Omission.LABEL,
            String.format(
                Locale.ROOT,
                "%s: image %d: label %d is outside 0..%d (there are %d class names); name all classes",
                labels,
                i,
                label,
                classes - 1,
                classes));
        continue;
      }
      String key = String.format(Locale.ROOT, "%06d", i);
      long offset = IMAGES_HEADER + (long) i * header.pixels();
      refs.add(new ImageRef(key, label, images, offset, header.pixels()));
    }
    return refs;
  }

  /** Reads through the file once, since a gzipped file cannot be opened in the middle. */
  @Override
  public void read(Stores stores, List<ImageRef> refs, Visitor visitor) throws IOException {
    Map<ImageRef, byte[]> encoded = new HashMap<>();
    try (DataInputStream in = open(stores, images)) {
      Header header = header(in);
      long position = IMAGES_HEADER;
      for (ImageRef ref : refs.stream().sorted(Comparator.comparing(ImageRef::offset)).toList()) {
        in.skipNBytes(ref.offset() - position);
        byte[] values = new byte[header.pixels()];
        in.readFully(values);
        encoded.put(ref, ImageEncoder.greyPng(values, header.columns(), header.rows()));
        position = ref.offset() + values.length;
      }
    } catch (EOFException | ZipException e) {
      throw damaged(images, e);
    }
    for (ImageRef ref : refs) {
      visitor.image(ref, encoded.get(ref));
    }
  }

  @Override
  public String place() {
    return images;
  }

  @Override
  public String nameOf(ImageRef image) {
    return images + ": image " + image.key();
  }

  private Header header(Stores stores) throws IOException {
    try (DataInputStream in = open(stores, images)) {
      return header(in);
    } catch (EOFException | ZipException e) {
      throw damaged(images, e);
    }
  }

  private Header header(DataInputStream in) throws IOException {
    int magic = in.readInt();
    if (magic != IMAGES) {
      throw new DataProblem(
          String.format(
              Locale.ROOT,
              "%s: is not an IDX file of grey images (begins with %08x); give an idx3-ubyte file",
              images,
              magic));
    }
    Header header = new Header(in.readInt(), in.readInt(), in.readInt());
    if (!header.isPossible()) {
      throw new DataProblem(
          String.format(
              Locale.ROOT,
              "%s: declares %d images of %d x %d, each side beyond 1 to %d; copy it again",
              images,
              header.count(),
              header.columns(),
              header.rows(),
              MAX_SIDE));
    }
    return header;
  }

  private byte[] labels(Stores stores, int count) throws IOException {
    try (DataInputStream in = open(stores, labels)) {
      int magic = in.readInt();
      int labelled = in.readInt();
      if (magic != LABELS || labelled != count) {
        throw new DataProblem(
            String.format(
                    Locale.ROOT,
                    "%s: is not an IDX file of %d labels (begins with %08x, %d); give the idx1-ubyte file",
                    labels,
                    count,
                    magic,
                    labelled)
                + " of these images");
      }
      byte[] values = in.readNBytes(count);
      if (values.length < count) {
        throw new EOFException("only " + values.length + " of " + count + " labels");
      }
      return values;
    } catch (EOFException | ZipException e) {
      throw damaged(labels, e);
    }
  }

  private static DataProblem damaged(String path, IOException cause) {
    String reason = cause.getMessage() == null ? "ends too early" : cause.getMessage();
    return new DataProblem(
        path + ": is truncated or damaged (" + reason + "); copy it again", cause);
  }

  /** Opens a file, and unpacks it if its first bytes are those of gzip. */
  private static DataInputStream open(Stores stores, String path) throws IOException {
    BufferedInputStream in = new BufferedInputStream(SourceFile.of(path).read(stores), 1 << 16);
    in.mark(2);
    boolean packed = (in.read() << 8 | in.read()) == GZIP;
    in.reset();
    InputStream unpacked = packed ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16)) : in;
    return new DataInputStream(unpacked);
  }

  private record Header(int count, int rows, int columns) {

    boolean isPossible() {
      return count >= 0 && rows >= 1 && rows <= MAX_SIDE && columns >= 1 && columns <= MAX_SIDE;
    }

    int pixels() {
      return rows * columns;
    }
  }
}
