package org.googlenet.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataType;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TensorShapeProto.Dimension;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/**
 * An ONNX graph under construction: nodes in the order in which they are added, constants, inputs
 * and outputs. The same calls give the same bytes.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/IR.md">ONNX's intermediate
 *     representation</a>
 */
final class OnnxGraph {

  private final GraphProto.Builder graph = GraphProto.newBuilder();

  /**
   * Adds a node with one output.
   *
   * @param operator of the standard operator set
   * @param output the name of its result, which no other result has; also the node's name
   * @param inputs the names of results, constants or inputs
   * @return the output's name
   */
  String node(String operator, String output, List<String> inputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(output)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(Arrays.asList(attributes)));
    return output;
  }

  /**
   * Adds a constant of 32-bit floats.
   *
   * @param shape its dimensions; none for a single value
   * @param values of which as many as the shape has are taken, the last dimension the fastest
   * @param from the first one
   * @return its name
   */
  String floats(String name, List<Long> shape, float[] values, int from) {
    int length = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    ByteBuffer bytes = littleEndian(length * Float.BYTES);
    bytes.asFloatBuffer().put(values, from, length);
    return constant(name, DataType.FLOAT, shape, bytes);
  }

  /** Adds a vector of 64-bit integers. */
  String integers(String name, long... values) {
    ByteBuffer bytes = littleEndian(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    return constant(name, DataType.INT64, List.of((long) values.length), bytes);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String constant(String name, DataType type, List<Long> shape, ByteBuffer bytes) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataTypeValue(type.getNumber())
            .addAllDims(shape)
            .setRawData(ByteString.copyFrom(bytes)));
    return name;
  }

  /**
   * Says what the graph takes.
   *
   * @param dimensions numbers, or names of those that are known only when it is run
   */
  void input(String name, DataType type, List<?> dimensions) {
    graph.addInput(value(name, type, dimensions));
  }

  /** Says which result the graph gives. */
  void output(String name, DataType type, List<?> dimensions) {
    graph.addOutput(value(name, type, dimensions));
  }

  private static ValueInfoProto value(String name, DataType type, List<?> dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      shape.addDim(
          dimension instanceof Number number
              ? Dimension.newBuilder().setDimValue(number.longValue())
              : Dimension.newBuilder().setDimParam(dimension.toString()));
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemTypeValue(type.getNumber()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** The graph so far. */
  GraphProto build(String name) {
    return graph.setName(name).build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto integers(String name, int[] values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(Arrays.stream(values).mapToObj(Long::valueOf).toList())
        .build();
  }

  static AttributeProto number(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }
}
