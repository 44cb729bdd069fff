package org.googlenet.dl4j;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.googlenet.common.Pool;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineProblem;
import org.googlenet.engine.Precision;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.engine.onednn.UnsupportedNetwork;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Which engine makes a training's local steps. It is decided once, by a task, for all workers: what
 * an executor has depends on its machine, and the driver may run on another kind.
 *
 * @param kind {@code DL4J} or {@code ONEDNN}
 * @param precision arithmetic of convolutions
 * @param fallsBack whether batches that engine onednn refuses are trained on by DL4J's {@code fit}
 * @param why it is not what was wished, or why DL4J's engine is taken; empty if there is no reason
 */
record EngineDecision(EngineKind kind, Precision precision, boolean fallsBack, String why)
    implements Serializable {

  static final EngineDecision DL4J = new EngineDecision(EngineKind.DL4J, Precision.FP32, false, "");

  /**
   * Decides by a local step of the first mini-batch, which compiles what the workers will need.
   *
   * @param round the mini-batches of the first round, by worker
   * @param worker whose engine is still the one that is wished for
   * @throws EngineProblem if engine onednn was named and does not know the network or the data
   */
  static EngineDecision of(JavaRDD<MultiDataSet> round, GraphWorker worker) {
    EngineDecision wanted = worker.spec().engine();
    if (wanted.kind().equals(EngineKind.DL4J)) {
      return wanted;
    }
    EngineDecision decided =
        round
            .mapPartitions(
                elements ->
                    (elements.hasNext()
                            ? List.of(tried(elements, worker))
                            : List.<EngineDecision>of())
                        .iterator())
            .first();
    if (decided.kind().equals(EngineKind.DL4J) && !wanted.fallsBack()) {
      throw refused(decided.why());
    }
    return decided;
  }

  /** Engine onednn was named, and refuses the network or the data. */
  static EngineProblem refused(String why) {
    return new EngineProblem("engine onednn: %s; use engine auto or dl4j".formatted(why));
  }

  /** Answers instead of throwing: Spark would try a task that throws again, and log its trace. */
  private static EngineDecision tried(Iterator<MultiDataSet> elements, GraphWorker worker) {
    OneDnnLibrary library = OneDnnLibrary.find();
    if (!library.isThere()) {
      return byDl4j(library.problem());
    }
    EngineDecision possible = worker.spec().engine().on(library);
    try (Pool<WorkerNetwork.Spec, WorkerNetwork>.Loan loan =
        WorkerNetwork.borrow(worker.spec().with(possible))) {
      Optional<String> refusal =
          loan.value().tryStep(MiniBatches.of(elements, worker.batch()).next());
      loan.done();
      return refusal.map(EngineDecision::byDl4j).orElse(possible);
    } catch (UnsupportedNetwork e) {
      return byDl4j(e.getMessage());
    }
  }

  /** What of this wish a machine has. */
  private EngineDecision on(OneDnnLibrary library) {
    return precision == Precision.BF16 && !library.hasBf16()
        ? new EngineDecision(
            kind,
            Precision.FP32,
            fallsBack,
            "precision bf16: the processor has neither AVX512_BF16 nor AMX (%s); goes on in fp32"
                .formatted(library.instructions()))
        : this;
  }

  private static EngineDecision byDl4j(String why) {
    return new EngineDecision(EngineKind.DL4J, Precision.FP32, false, why);
  }

  /** As part of a log, on one line. */
  @Override
  public String toString() {
    return kind.equals(EngineKind.DL4J)
        ? "engine dl4j" + (why.isEmpty() ? "" : ", which is slower than onednn: " + why)
        : "engine onednn, " + MasterSettings.name(precision) + (why.isEmpty() ? "" : ": " + why);
  }
}
