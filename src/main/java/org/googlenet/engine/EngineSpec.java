package org.googlenet.engine;

import java.io.Serializable;
import java.util.Objects;

/**
 * All that decides which engine a task needs: two tasks with equal specifications may use the same
 * engine in turn.
 *
 * @param configuration the network as the JSON of a DL4J {@code ComputationGraphConfiguration}
 * @param batch the largest number of examples of a step or pass, at least 1
 * @param threads number of threads that compute a step or pass, at least 1
 * @param kind which engine; {@code AUTO} is a wish that {@link Engines#choose} decides on
 * @param precision arithmetic of convolutions
 * @param convolution algorithm of convolutions; DL4J's engine does not have a choice
 */
public record EngineSpec(
    String configuration,
    int batch,
    int threads,
    EngineKind kind,
    Precision precision,
    Convolution convolution)
    implements Serializable {

  public EngineSpec {
    Objects.requireNonNull(configuration, "configuration");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(convolution, "convolution");
    EngineArguments.requireBatch(batch);
    NativeThreads.require(threads);
  }

  /** One thread, steps of up to 32 examples, the fastest engine that the machine has, in fp32. */
  public static EngineSpec of(String configuration) {
    return new EngineSpec(configuration, 32, 1, EngineKind.AUTO, Precision.FP32, Convolution.AUTO);
  }

  /** The same with another network. */
  public EngineSpec withConfiguration(String json) {
    return new EngineSpec(json, batch, threads, kind, precision, convolution);
  }

  /** The same for steps and passes of up to this number of examples. */
  public EngineSpec withBatch(int examples) {
    return new EngineSpec(configuration, examples, threads, kind, precision, convolution);
  }

  /** The same with another number of threads. */
  public EngineSpec withThreads(int number) {
    return new EngineSpec(configuration, batch, number, kind, precision, convolution);
  }

  /** The same with another kind of engine. */
  public EngineSpec withKind(EngineKind other) {
    return new EngineSpec(configuration, batch, threads, other, precision, convolution);
  }

  /** The same with another arithmetic of convolutions. */
  public EngineSpec withPrecision(Precision other) {
    return new EngineSpec(configuration, batch, threads, kind, other, convolution);
  }

  /** The same with another algorithm of convolutions. */
  public EngineSpec withConvolution(Convolution other) {
    return new EngineSpec(configuration, batch, threads, kind, precision, other);
  }

  /** The same work by DL4J's engine, which computes in fp32. */
  public EngineSpec byDl4j() {
    return withKind(EngineKind.DL4J)
        .withPrecision(Precision.FP32)
        .withConvolution(Convolution.AUTO);
  }
}
