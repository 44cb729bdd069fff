package org.googlenet.report.tensorboard;

import java.nio.ByteBuffer;
import java.util.Map;
import org.googlenet.report.HeadValues;
import org.googlenet.report.Histogram;
import org.nd4j.shade.protobuf.ByteString;
import org.tensorflow.framework.DataType;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;
import org.tensorflow.framework.SummaryMetadata;
import org.tensorflow.framework.TensorProto;
import org.tensorflow.framework.TensorShapeProto;

/** Collects the values of one step under their tags; what is not known (NaN) is left out. */
final class Values {

  /** Where a PNG has its width, and behind it its height, each in 4 bytes. */
  private static final int WIDTH_OF_PNG = 16;

  private static final int RGB = 3;

  private final Summary.Builder values = Summary.newBuilder();

  Values scalar(String tag, double value) {
    if (!Double.isNaN(value)) {
      values.addValue(tagged(tag).setSimpleValue((float) value));
    }
    return this;
  }

  /** A scalar of each head. */
  Values scalars(String group, HeadValues heads) {
    heads.byHead().forEach((head, value) -> scalar(group + "/" + head, value));
    return this;
  }

  Values scalars(String group, Map<String, Double> byName) {
    byName.forEach((name, value) -> scalar(group + "/" + name, value));
    return this;
  }

  Values histogram(String tag, Histogram histogram) {
    HistogramProto.Builder proto =
        HistogramProto.newBuilder()
            .setMin(histogram.min())
            .setMax(histogram.max())
            .setNum((double) histogram.count())
            .setSum(histogram.sum())
            .setSumSquares(histogram.sumOfSquares());
    for (int bucket = 0; bucket < Histogram.BUCKETS; bucket++) {
      proto.addBucketLimit(histogram.limit(bucket)).addBucket(histogram.counts().get(bucket));
    }
    values.addValue(tagged(tag).setHisto(proto));
    return this;
  }

  Values image(String tag, byte[] png) {
    ByteBuffer header = ByteBuffer.wrap(png);
    values.addValue(
        tagged(tag)
            .setImage(
                Summary.Image.newBuilder()
                    .setWidth(header.getInt(WIDTH_OF_PNG))
                    .setHeight(header.getInt(WIDTH_OF_PNG + Integer.BYTES))
                    .setColorspace(RGB)
                    .setEncodedImageString(ByteString.copyFrom(png))));
    return this;
  }

  /** A text in Markdown. */
  Values text(String tag, String markdown) {
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_STRING)
            .setTensorShape(TensorShapeProto.getDefaultInstance())
            .addStringVal(ByteString.copyFromUtf8(markdown))
            .build();
    return plugin(tag, "text", ByteString.EMPTY, tensor);
  }

  /** Something that a plugin of TensorBoard shows. */
  Values plugin(String tag, String name, ByteString content, TensorProto tensor) {
    SummaryMetadata.PluginData data =
        SummaryMetadata.PluginData.newBuilder().setPluginName(name).setContent(content).build();
    values.addValue(
        tagged(tag)
            .setMetadata(SummaryMetadata.newBuilder().setPluginData(data))
            .setTensor(tensor));
    return this;
  }

  private static Summary.Value.Builder tagged(String tag) {
    return Summary.Value.newBuilder().setTag(tag);
  }

  Summary summary() {
    return values.build();
  }
}
