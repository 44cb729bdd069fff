package org.googlenet.weights;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the parameters of the network are called elsewhere: the one table between our names, those
 * of torchvision's {@code googlenet} and those of Caffe's {@code bvlc_googlenet}, read in both
 * directions.
 *
 * <p>Ours are DL4J's: vertex and parameter, {@code conv1_W}; with batch normalisation also {@code
 * conv1.bn_gamma}. A parameter of Caffe is a layer's blob: {@code conv1/7x7_s2[0]}.
 */
public enum ParameterNames {
  /** Our own names. */
  OURS,
  /** The names in a state dict of torchvision's {@code googlenet}. */
  TORCHVISION,
  /** The layers and blobs of Caffe's {@code bvlc_googlenet}, which has no batch normalisation. */
  CAFFE;

  /** What a batch normalisation's vertex is called behind the name of its convolution. */
  static final String NORMALISED = ".bn";

  /** A layer, by its three names. */
  private record Row(String vertex, String torchvision, String caffe, boolean isDense) {}

  /** A branch's layer in each block: ours, torchvision's, Caffe's. */
  private static final List<List<String>> BRANCHES =
      List.of(
          List.of("1x1", "branch1", "1x1"),
          List.of("3x3.reduce", "branch2.0", "3x3_reduce"),
          List.of("3x3", "branch2.1", "3x3"),
          List.of("5x5.reduce", "branch3.0", "5x5_reduce"),
          List.of("5x5", "branch3.1", "5x5"),
          List.of("pool.project", "branch4.1", "pool_proj"));

  static final List<String> BLOCKS = List.of("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b");

  private static final List<Row> ROWS = rows();

  /** Our name by theirs, and theirs by ours, of each of the other programs. */
  private static final Map<ParameterNames, Map<String, String>> OWN = new HashMap<>();

  private static final Map<ParameterNames, Map<String, String>> THEIRS = new HashMap<>();

  static {
    for (Row row : ROWS) {
      String torch = row.torchvision() + (row.isDense() ? "." : ".conv.");
      enter(TORCHVISION, row.vertex() + "_W", torch + "weight");
      enter(TORCHVISION, row.vertex() + "_b", torch + "bias");
      enter(CAFFE, row.vertex() + "_W", row.caffe() + "[0]");
      enter(CAFFE, row.vertex() + "_b", row.caffe() + "[1]");
      if (!row.isDense()) {
        String own = row.vertex() + NORMALISED;
        String normalised = row.torchvision() + ".bn.";
        enter(TORCHVISION, own + "_gamma", normalised + "weight");
        enter(TORCHVISION, own + "_beta", normalised + "bias");
        enter(TORCHVISION, own + "_mean", normalised + "running_mean");
        enter(TORCHVISION, own + "_var", normalised + "running_var");
      }
    }
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("conv1", "conv1", "conv1/7x7_s2", false));
    rows.add(new Row("conv2", "conv2", "conv2/3x3_reduce", false));
    rows.add(new Row("conv3", "conv3", "conv2/3x3", false));
    for (String block : BLOCKS) {
      for (List<String> branch : BRANCHES) {
        rows.add(
            new Row(
                block + "." + branch.get(0),
                "inception" + block + "." + branch.get(1),
                "inception_" + block + "/" + branch.get(2),
                false));
      }
    }
    for (int head = 1; head <= 2; head++) {
      String aux = "aux" + head;
      String loss = "loss" + head;
      rows.add(new Row(aux + ".conv", aux + ".conv", loss + "/conv", false));
      rows.add(new Row(aux + ".fc1", aux + ".fc1", loss + "/fc", true));
      rows.add(new Row(aux, aux + ".fc2", loss + "/classifier", true));
    }
    rows.add(new Row("main", "fc", "loss3/classifier", true));
    return List.copyOf(rows);
  }

  private static void enter(ParameterNames program, String own, String theirs) {
    OWN.computeIfAbsent(program, any -> new HashMap<>()).put(theirs, own);
    THEIRS.computeIfAbsent(program, any -> new HashMap<>()).put(own, theirs);
  }

  /** Our name for a parameter that is called so here; empty if none is. */
  public Optional<String> own(String name) {
    if (this == OURS) {
      return THEIRS.get(TORCHVISION).containsKey(name) ? Optional.of(name) : Optional.empty();
    }
    return Optional.ofNullable(OWN.get(this).get(name));
  }

  /** What a parameter of ours is called here; empty if there is none of the kind. */
  public Optional<String> theirs(String own) {
    return this == OURS ? own(own) : Optional.ofNullable(THEIRS.get(this).get(own));
  }

  /**
   * Whether a tensor of this name is known and needed by nobody: PyTorch counts the batches that a
   * batch normalisation has seen.
   */
  boolean isIdle(String name) {
    return this == TORCHVISION && name.endsWith(".bn.num_batches_tracked");
  }

  /** Whether a parameter of ours is the weight of a fully connected layer. */
  static boolean isDenseWeight(String own) {
    return ROWS.stream().anyMatch(row -> row.isDense() && own.equals(row.vertex() + "_W"));
  }

  /** The names by which most of some tensors are known. */
  static ParameterNames of(Iterable<String> names) {
    ParameterNames best = OURS;
    int most = -1;
    for (ParameterNames each : values()) {
      int known = 0;
      for (String name : names) {
        known += each.own(name).isPresent() ? 1 : 0;
      }
      if (known > most) {
        best = each;
        most = known;
      }
    }
    return best;
  }
}
