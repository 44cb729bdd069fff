package org.googlenet.model;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.model.ParameterLayout.Range;
import org.nd4j.common.primitives.Triple;
import org.nd4j.linalg.api.buffer.BaseDataBuffer;
import org.nd4j.linalg.api.buffer.DataBuffer.AllocationMode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network in the file format of DL4J's {@code ModelSerializer}, written so that the same
 * parameters give the same bytes, and read without trusting the file.
 *
 * <p>The format is a zip of {@code configuration.json}, {@code coefficients.bin} (the flat
 * parameters as ND4J writes a {@code [1, n]} array) and {@code updaterState.bin} (the flat momentum
 * of the trained parameters, likewise; absent if there is none). Entries are stored, not deflated,
 * and carry one fixed time.
 *
 * <p>Reading refuses, before DL4J sees anything: any other entry (DL4J would Java-deserialise a
 * {@code preprocessor.bin}), class names in the JSON from outside DL4J's and this package's
 * configurations, and arrays whose declared length is not the configuration's number of parameters.
 * Files that DL4J itself has written can be read too.
 */
public final class ModelZip {

  private static final String CONFIGURATION = "configuration.json";
  private static final String PARAMETERS = "coefficients.bin";
  private static final String MOMENTUM = "updaterState.bin";

  private static final LocalDateTime FIXED_TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

  /** GoogLeNet's configuration is 0.4 MB. */
  private static final int MOST_JSON_BYTES = 16 << 20;

  /** One GiB of fp32; GoogLeNet at 1000 classes has 13 million. */
  private static final long MOST_PARAMETERS = 1L << 28;

  private static final int FLOATS_AT_ONCE = 1 << 16;

  private final ComputationGraphConfiguration configuration;
  private final float[] parameters;
  private final float[] momentum;

  private ModelZip(
      ComputationGraphConfiguration configuration, float[] parameters, float[] momentum) {
    this.configuration = configuration;
    this.parameters = parameters;
    this.momentum = momentum;
  }

  /** The network's configuration. */
  public ComputationGraphConfiguration configuration() {
    return configuration;
  }

  /** The flat parameters in DL4J's order; not a copy. */
  public float[] parameters() {
    return parameters;
  }

  /**
   * The flat momentum, one value per parameter, in the same order; not a copy. It is 0 for
   * parameters that are not trained.
   */
  public Optional<float[]> momentum() {
    return Optional.ofNullable(momentum);
  }

  /** A DL4J network with these parameters and this momentum, if any. */
  public ComputationGraph network() {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init(row(parameters), false);
    if (momentum != null) {
      network
          .getUpdater()
          .setStateViewArray(row(ParameterLayout.of(configuration).onlyTrained(momentum)));
    }
    return network;
  }

  /**
   * Writes a network; the stream stays open.
   *
   * @param configurationJson of {@link ComputationGraphConfiguration#toJson}
   * @param parameters flat, in DL4J's order
   * @param momentumOrNull as many values as parameters (those of parameters that are not trained
   *     are ignored), or null for none
   */
  public static void write(
      OutputStream out, String configurationJson, float[] parameters, float[] momentumOrNull)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    zip.setMethod(ZipOutputStream.STORED);
    byte[] json = configurationJson.getBytes(StandardCharsets.UTF_8);
    writeEntry(zip, CONFIGURATION, body -> body.write(json));
    writeArray(zip, PARAMETERS, parameters);
    if (momentumOrNull != null) {
      ParameterLayout layout =
          ParameterLayout.of(ComputationGraphConfiguration.fromJson(configurationJson));
      writeArray(zip, MOMENTUM, layout.onlyTrained(momentumOrNull));
    }
    zip.finish();
    zip.flush();
  }

  private static void writeArray(ZipOutputStream zip, String name, float[] values)
      throws IOException {
    try (INDArray row = row(values)) {
      writeEntry(
          zip,
          name,
          body -> {
            DataOutputStream data = new DataOutputStream(new BufferedOutputStream(body, 1 << 16));
            Nd4j.write(row, data);
            data.flush();
          });
    }
  }

  /** A stored entry's size and checksum come before its body, so the body is produced twice. */
  private static void writeEntry(ZipOutputStream zip, String name, Body body) throws IOException {
    CountingNowhere nowhere = new CountingNowhere();
    CheckedOutputStream checked = new CheckedOutputStream(nowhere, new CRC32());
    body.writeTo(checked);
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(FIXED_TIME);
    entry.setSize(nowhere.count);
    entry.setCompressedSize(nowhere.count);
    entry.setCrc(checked.getChecksum().getValue());
    zip.putNextEntry(entry);
    body.writeTo(zip);
    zip.closeEntry();
  }

  /**
   * Reads a network; the stream is read to its end and stays open.
   *
   * @param source what messages call the file
   * @throws ModelProblem if it is not such a zip, or holds more than the three entries, classes
   *     that are not allowed, or arrays that do not fit the configuration
   * @throws IOException if reading fails
   */
  public static ModelZip read(InputStream in, String source) throws IOException {
    ZipInputStream zip = new ZipInputStream(new BufferedInputStream(in), StandardCharsets.UTF_8);
    ComputationGraphConfiguration configuration = null;
    Map<String, float[]> arrays = new LinkedHashMap<>();
    try {
      for (ZipEntry entry = next(zip); entry != null; entry = next(zip)) {
        String name = entry.getName();
        if (name.equals(CONFIGURATION) && configuration == null) {
          configuration = ConfigurationJson.parse(readJson(zip, source), source);
        } else if (isArray(name) && configuration != null && !arrays.containsKey(name)) {
          arrays.put(name, readArray(name, zip, source, configuration));
        } else {
          throw new ModelProblem(
              source
                  + ": entry "
                  + name
                  + " is not expected here: a model.zip holds "
                  + CONFIGURATION
                  + ", "
                  + PARAMETERS
                  + " and "
                  + MOMENTUM
                  + ", once each and in this order");
        }
      }
    } catch (ZipException | EOFException e) {
      throw new ModelProblem(source + ": damaged zip (" + e.getMessage() + "): copy it again", e);
    }
    if (!arrays.containsKey(PARAMETERS)) {
      throw new ModelProblem(
          source
              + ": no "
              + (configuration == null ? CONFIGURATION : PARAMETERS)
              + ": this is not a model.zip");
    }
    return new ModelZip(configuration, arrays.get(PARAMETERS), arrays.get(MOMENTUM));
  }

  /** The JDK throws an IllegalArgumentException for a name that is not in UTF-8. */
  private static ZipEntry next(ZipInputStream zip) throws IOException {
    try {
      return zip.getNextEntry();
    } catch (IllegalArgumentException e) {
      throw (IOException) new ZipException("an entry's name is not UTF-8").initCause(e);
    }
  }

  /** {@link #read(InputStream, String)} of bytes in memory. */
  public static ModelZip read(byte[] bytes, String source) throws IOException {
    return read(new ByteArrayInputStream(bytes), source);
  }

  /** SHA-256 of flat parameters as little-endian fp32, in hexadecimal: {@code parametersSha256}. */
  public static String sha256(float[] parameters) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    ByteBuffer buffer =
        ByteBuffer.allocate(FLOATS_AT_ONCE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < parameters.length; from += FLOATS_AT_ONCE) {
      int count = Math.min(FLOATS_AT_ONCE, parameters.length - from);
      buffer.clear().asFloatBuffer().put(parameters, from, count);
      digest.update(buffer.limit(count * Float.BYTES));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static boolean isArray(String name) {
    return name.equals(PARAMETERS) || name.equals(MOMENTUM);
  }

  /** A flat vector, whose length the configuration decides; DL4J's momentum is shorter. */
  private static float[] readArray(
      String name, InputStream zip, String source, ComputationGraphConfiguration configuration)
      throws IOException {
    String array = source + ": " + name;
    long parameters = parameterCount(configuration, source);
    if (name.equals(PARAMETERS)) {
      return readArray(zip, array, parameters);
    }
    ParameterLayout layout = layout(configuration, source);
    long trained = layout.trained().stream().mapToLong(Range::length).sum();
    return layout.withTrained(readArray(zip, array, trained));
  }

  private static ParameterLayout layout(
      ComputationGraphConfiguration configuration, String source) {
    try {
      return ParameterLayout.of(configuration);
    } catch (RuntimeException e) {
      throw new ModelProblem(source + ": its configuration has a vertex that cannot be", e);
    }
  }

  private static byte[] readJson(InputStream zip, String source) throws IOException {
    byte[] json = zip.readNBytes(MOST_JSON_BYTES + 1);
    if (json.length > MOST_JSON_BYTES) {
      throw new ModelProblem(
          source + ": " + CONFIGURATION + " is larger than " + MOST_JSON_BYTES + " bytes");
    }
    return json;
  }

  private static long parameterCount(ComputationGraphConfiguration configuration, String source) {
    long count = 0;
    for (GraphVertex vertex : configuration.getVertices().values()) {
      long own = parameterCount(vertex, source);
      count = own < 0 || own > MOST_PARAMETERS ? Long.MAX_VALUE : count + own;
      if (count > MOST_PARAMETERS) {
        throw new ModelProblem(
            source + ": its configuration has more than " + MOST_PARAMETERS + " parameters");
      }
    }
    return count;
  }

  private static long parameterCount(GraphVertex vertex, String source) {
    try {
      return vertex.numParams(true);
    } catch (RuntimeException e) {
      throw new ModelProblem(source + ": its configuration has a vertex that cannot be", e);
    }
  }

  /**
   * Reads an array as {@code Nd4j.write} writes it: a header and the shape, a header and the
   * values, all big-endian. ND4J's own reader would allocate whatever the headers say.
   */
  private static float[] readArray(InputStream zip, String source, long expected)
      throws IOException {
    DataInputStream data = new DataInputStream(zip);
    Triple<AllocationMode, Long, DataType> shape = readHeader(data, source);
    if (shape.getThird() != DataType.INT64 || shape.getSecond() > 64) {
      throw new ModelProblem(source + ": not an array as ND4J writes it");
    }
    data.readFully(new byte[Math.toIntExact(shape.getSecond() * Long.BYTES)]);
    Triple<AllocationMode, Long, DataType> values = readHeader(data, source);
    if (values.getThird() != DataType.FLOAT) {
      throw new ModelProblem(source + ": values are " + values.getThird() + ", must be FLOAT");
    }
    if (values.getSecond() != expected) {
      throw new ModelProblem(
          source + ": " + values.getSecond() + " values, its configuration needs " + expected);
    }
    float[] array = readFloats(data, Math.toIntExact(expected));
    if (data.read() >= 0) {
      throw new ModelProblem(source + ": bytes left after the last value");
    }
    return array;
  }

  private static Triple<AllocationMode, Long, DataType> readHeader(
      DataInputStream data, String source) {
    try {
      Triple<AllocationMode, Long, DataType> header = BaseDataBuffer.readHeader(data);
      if (header.getSecond() >= 0) {
        return header;
      }
    } catch (RuntimeException e) {
      throw new ModelProblem(source + ": not an array as ND4J writes it", e);
    }
    throw new ModelProblem(source + ": not an array as ND4J writes it");
  }

  private static float[] readFloats(DataInputStream data, int count) throws IOException {
    float[] values = new float[count];
    byte[] bytes = new byte[FLOATS_AT_ONCE * Float.BYTES];
    for (int from = 0; from < count; from += FLOATS_AT_ONCE) {
      int now = Math.min(FLOATS_AT_ONCE, count - from);
      data.readFully(bytes, 0, now * Float.BYTES);
      ByteBuffer.wrap(bytes).asFloatBuffer().get(values, from, now);
    }
    return values;
  }

  private static INDArray row(float[] values) {
    return Nd4j.create(values, new long[] {1, values.length}, 'c');
  }

  @FunctionalInterface
  private interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Counts the bytes that are written to it, and discards them. */
  private static final class CountingNowhere extends OutputStream {

    private long count;

    @Override
    public void write(int value) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      count += length;
    }
  }
}
