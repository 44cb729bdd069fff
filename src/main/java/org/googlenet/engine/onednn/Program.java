package org.googlenet.engine.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.googlenet.engine.onednn.Operation.Tensor;

/** A compiled network: operations in order, and the tensors of its inputs and outputs. */
final class Program {

  /** An output: fp32 logits, {@code [n, ...]}, and, when training, their gradient. */
  record Head(String name, Tensor logits, Tensor gradient) {}

  /** The factors of a dropout, as many as it has values, in the order n, c, h, w. */
  record Mask(String name, long values, double keep, Tensor factors) {}

  /** fp32 values, plain, that never change. */
  record Constant(Tensor tensor, float[] values) {}

  final List<Constant> constants = new ArrayList<>();

  /** The reorders of weights that stay the same between passes. */
  final List<Operation> weights = new ArrayList<>();

  /** Filters that are computed from the parameters in front of those reorders. */
  final List<FoldedFilters> folded = new ArrayList<>();

  final List<Operation> forward = new ArrayList<>();
  final List<Operation> backward = new ArrayList<>();
  final List<Head> heads = new ArrayList<>();
  final List<Mask> masks = new ArrayList<>();

  /**
   * Where the backward pass leaves ratios of variances, of which the gradient is half log10. The
   * library's own logarithm of 1 is not 0 (oneDNN 2.5.2: -1.4e-6).
   */
  final List<Tensor> ratios = new ArrayList<>();

  /** Vertices whose results the caller reads. */
  final Map<String, Tensor> kept = new HashMap<>();

  /** Where the caller puts what an input is given, in fp32. */
  final Map<String, Tensor> inputs = new LinkedHashMap<>();
}
