package org.googlenet.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.evaluation.WeightSource;
import org.googlenet.model.GoogLeNet;
import org.googlenet.model.Variant;
import org.googlenet.weights.NetworkTensors;
import org.googlenet.weights.ParameterNames;
import org.googlenet.weights.SafetensorsFile;
import org.googlenet.weights.Tensor;

/**
 * A trained model as a file for another program. The same model gives the same bytes.
 *
 * @param format the kind of file
 * @param heads which outputs, the main one first; the parameters of others are left out
 * @param takesBytes whether an ONNX graph takes bytes, and cuts and normalises them
 * @param names what tensors are called in safetensors
 */
public record ModelExport(
    TrainedModel model,
    Format format,
    List<String> heads,
    boolean takesBytes,
    ParameterNames names) {

  /** Kinds of files. */
  public enum Format {
    ONNX(".onnx"),
    SAFETENSORS(".safetensors"),
    DL4J(".dl4j.zip");

    private final String ending;

    Format(String ending) {
      this.ending = ending;
    }

    /** What names of such files end in. */
    public String ending() {
      return ending;
    }

    /** Whether it has all heads unless told otherwise: who goes on training needs them. */
    boolean hasAllHeads() {
      return this == SAFETENSORS;
    }
  }

  public ModelExport {
    heads = List.copyOf(heads);
  }

  /** The usual heads and names. */
  public static ModelExport of(TrainedModel model, Format format) {
    return new ModelExport(
        model, format, heads(format.hasAllHeads()), false, usualNames(model.network().variant()));
  }

  /** The same with all heads, or the main one alone. */
  public ModelExport withHeads(boolean all) {
    return new ModelExport(model, format, heads(all), takesBytes, names);
  }

  /** The same of bytes, which it cuts and normalises itself. */
  public ModelExport withPreprocessing() {
    return new ModelExport(model, format, heads, true, names);
  }

  /** The same with other names of tensors. */
  public ModelExport withNames(ParameterNames others) {
    return new ModelExport(model, format, heads, takesBytes, others);
  }

  private static List<String> heads(boolean all) {
    return all ? GoogLeNet.HEADS : GoogLeNet.HEADS.subList(0, 1);
  }

  /** Torchvision's own network has batch normalisations; no other would load the names. */
  private static ParameterNames usualNames(Variant variant) {
    return variant == Variant.BATCHNORM ? ParameterNames.TORCHVISION : ParameterNames.OURS;
  }

  /**
   * The file's content.
   *
   * @throws org.googlenet.model.ModelProblem if the format cannot express the network
   */
  public byte[] bytes() {
    ComputationGraphConfiguration configuration =
        ComputationGraphConfiguration.fromJson(model.configuration());
    return switch (format) {
      case ONNX ->
          new OnnxModel(
                  configuration,
                  model.parameters(),
                  model.side(),
                  heads,
                  takesBytes ? Optional.of(model.decoding().normalisation()) : Optional.empty(),
                  ExportMetadata.of(model))
              .bytes();
      case SAFETENSORS -> safetensors();
      case DL4J -> new Dl4jModel(configuration, model.parameters(), heads).bytes();
    };
  }

  private byte[] safetensors() {
    NetworkTensors all = WeightSource.of(model);
    SortedMap<String, Tensor> kept = new TreeMap<>(all.tensors());
    kept.keySet().removeIf(this::isOfAnotherHead);
    NetworkTensors some =
        new NetworkTensors(
            all.source(), all.format(), kept, all.called(), List.of(), Map.of(), List.of());
    SortedMap<String, String> metadata = new TreeMap<>(ExportMetadata.of(model));
    if (names == ParameterNames.TORCHVISION) {
      metadata.put("format", "pt"); // what libraries around PyTorch look for
    }
    ByteArrayOutputStream out =
        new ByteArrayOutputStream(4 * model.parameters().length + (1 << 16));
    try {
      SafetensorsFile.write(out, some.as(names), metadata);
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be written", e);
    }
    return out.toByteArray();
  }

  /** A head's own layers are called after it: {@code aux1}, {@code aux1.fc1}. */
  private boolean isOfAnotherHead(String parameter) {
    return GoogLeNet.HEADS.stream()
        .filter(head -> !heads.contains(head))
        .anyMatch(head -> parameter.startsWith(head + "_") || parameter.startsWith(head + "."));
  }
}
