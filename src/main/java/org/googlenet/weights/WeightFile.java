package org.googlenet.weights;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.googlenet.storage.Location;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/** Reads a file of weights of whatever format it is, which its content says and not its name. */
public final class WeightFile {

  /** GoogLeNet at 1000 classes is 54 MB, and a checkpoint with an optimiser's state three times. */
  private static final int LARGEST = 1 << 30;

  private WeightFile() {}

  /**
   * Reads the file at a path or URI.
   *
   * @throws WeightsProblem if there is none, it is of no known format, or it is damaged
   */
  public static NetworkTensors open(Stores stores, String location) {
    return read(bytes(stores, location), location);
  }

  /**
   * The bytes of the file at a path or URI.
   *
   * @throws WeightsProblem if there is none
   */
  public static byte[] bytes(Stores stores, String location) {
    Location place = Location.of(location);
    try {
      return stores.open(place.folder().text()).readBytes(place.name(), LARGEST);
    } catch (FileNotFoundException e) {
      throw new WeightsProblem(location + ": there is no such file; check the path", e);
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }

  /**
   * Reads a file in memory; the tensors are views of it.
   *
   * @param source what messages call it
   */
  public static NetworkTensors read(byte[] file, String source) {
    ByteBuffer bytes = little(file);
    return OnnxGraph.isOne(new ProtoMessage(bytes))
        ? OnnxFile.read(bytes, source)
        : NetworkTensors.of(named(file, source));
  }

  private static ByteBuffer little(byte[] file) {
    return ByteBuffer.wrap(file).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The tensors of a file whose format has names for them, by these. */
  static NamedTensors named(byte[] file, String source) {
    ByteBuffer bytes = little(file);
    if (isZip(bytes)) {
      return TorchFile.read(file, source);
    }
    if (TorchFile.isLegacy(bytes)) {
      throw TorchFile.legacy(source);
    }
    if (SafetensorsFile.isOne(bytes)) {
      return SafetensorsFile.read(bytes, source);
    }
    if (CaffeFile.isOne(new ProtoMessage(bytes))) {
      return CaffeFile.read(bytes, source);
    }
    throw new WeightsProblem(
        source
            + ": is no file of weights that is known here; name one of safetensors, PyTorch (.pth),"
            + " ONNX, Caffe (.caffemodel) or DL4J (model.zip)");
  }

  /**
   * Whether a file is a model as DL4J writes it, which is no matter of names: a zip with the
   * network's configuration. One that is damaged is taken for none.
   */
  public static boolean isModelZip(byte[] file) {
    if (!isZip(little(file))) {
      return false;
    }
    try (ZipFile zip = new ZipFile(new SeekableInMemoryByteChannel(file))) {
      return zip.getEntry("configuration.json") != null;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isZip(ByteBuffer file) {
    return file.limit() >= Integer.BYTES && file.getInt(0) == 0x04034b50;
  }
}
