package org.googlenet.engine;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.common.Lifetime;
import org.googlenet.engine.PlainMomentum.Range;
import org.googlenet.model.GlobalNorm;
import org.googlenet.model.GlobalNormClipping;
import org.googlenet.model.MomentumSgd;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.Axpy;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Clips, decays, applies {@link MomentumSgd} and updates the parameters in one pass over memory
 * (after one for the norm), with the same bits as DL4J, which takes nine passes.
 *
 * <p>It works on the network's own flat vectors, so parameters and momentum stay where DL4J has
 * them; the gradient is left as it was. The vectors are copied, block by block, into arrays that
 * stay in the L1 cache: the JIT compiler uses vector instructions on arrays, but not on the
 * vectors' direct buffers. Its own threads end when it is closed or forgotten.
 *
 * <p>Each operation rounds where ND4J's rounds. One of them depends on how ND4J was compiled: with
 * FMA instructions {@code Axpy}, which adds the decay, rounds once instead of twice; so {@link #of}
 * tests it.
 */
final class FusedMomentumSgd implements AutoCloseable {

  /** Three arrays of this length leave room in an L1 cache of 32 KiB. */
  private static final int BLOCK = 1024;

  /** Enough to test vector instructions and the remainder after them. */
  private static final int PROBES = 100;

  private final ComputationGraph network;
  private final List<MomentumSgd> updaters;
  private final boolean allTrained;
  private final Optional<GlobalNormClipping> clipping;
  private final boolean decayRoundsOnce;
  private final List<Range> blocks;
  private final List<INDArray> vectors;
  private final FloatBuffer parameters;
  private final FloatBuffer gradient;
  private final FloatBuffer velocity;
  private final GlobalNorm norm;
  private final int threads;
  private final ExecutorService otherThreads;
  private final Lifetime lifetime;

  private FusedMomentumSgd(
      ComputationGraph network, PlainMomentum plain, boolean decayRoundsOnce, int threads) {
    this.network = network;
    this.updaters = plain.updaters();
    this.allTrained = plain.ranges().stream().allMatch(Range::isTrained);
    this.clipping = GlobalNormClipping.of(network);
    this.decayRoundsOnce = decayRoundsOnce;
    this.blocks =
        plain.ranges().stream()
            .filter(range -> !range.frozen())
            .flatMap(range -> blocks(range).stream())
            .toList();
    this.vectors = vectors(network);
    this.parameters = FlatVectors.floats(vectors.get(0));
    this.gradient = FlatVectors.floats(vectors.get(1));
    this.velocity = FlatVectors.floats(vectors.get(2));
    this.norm = new GlobalNorm(Math.toIntExact(network.numParams()));
    this.threads = threads;
    this.otherThreads =
        Executors.newFixedThreadPool(Math.max(1, threads - 1), FusedMomentumSgd::daemon);
    this.lifetime = new Lifetime(this, "optimiser", otherThreads::shutdown);
  }

  /** Parameters, gradient and momentum. */
  private static List<INDArray> vectors(ComputationGraph network) {
    return List.of(
        network.params(),
        network.getFlattenedGradients(),
        network.getUpdater(true).getStateViewArray());
  }

  /**
   * The fast update of a network; empty if its optimiser is one that this class cannot match bit
   * for bit, so that DL4J has to do the update.
   *
   * @param network initialised; the norm to clip at is that of its {@link MomentumSgd}, whether or
   *     not a {@link GlobalNormClipping} is among its listeners
   * @param threads that share the work, including the caller's; their number does not change a bit
   */
  public static Optional<FusedMomentumSgd> of(ComputationGraph network, int threads) {
    Optional<Boolean> decayRoundsOnce = decayRoundsOnce();
    return PlainMomentum.of(network)
        .filter(plain -> decayRoundsOnce.isPresent())
        .map(plain -> new FusedMomentumSgd(network, plain, decayRoundsOnce.get(), threads));
  }

  /**
   * Changes parameters and momentum as an iteration of DL4J would, but no counter.
   *
   * @param examples number of examples that the network's flat gradient is the sum over
   * @param iteration what the learning-rate schedule sees, the global step
   * @throws IllegalStateException if the network or its updater has been closed or replaced
   */
  public void apply(int examples, int iteration) {
    try (Lifetime.Use use = lifetime.use()) {
      requireTheSameVectors();
      update(examples, iteration);
    }
  }

  private void requireTheSameVectors() {
    List<INDArray> now = vectors(network);
    for (int i = 0; i < now.size(); i++) {
      if (now.get(i) != vectors.get(i) || now.get(i).wasClosed()) {
        throw new IllegalStateException(
            "the network's parameters or its updater were closed or replaced: open a new engine");
      }
    }
  }

  private void update(int examples, int iteration) {
    int epoch = network.getConfiguration().getEpochCount();
    float clip = clipping.map(limit -> (float) limit.factor(norm(limit), examples)).orElse(1f);
    List<Step> steps =
        updaters.stream()
            .map(
                sgd ->
                    new Step(
                        clip,
                        examples,
                        (float) sgd.momentum(),
                        (float) sgd.getLearningRate(iteration, epoch)))
            .toList();
    share(
        blocks.size(),
        (from, to) -> {
          Scratch scratch = new Scratch();
          for (Range block : blocks.subList(from, to)) {
            update(block, steps, iteration, epoch, scratch);
          }
        });
  }

  /** Ends its own threads. */
  @Override
  public void close() {
    lifetime.end();
  }

  private double norm(GlobalNormClipping limit) {
    if (!allTrained) {
      return limit.norm(gradient);
    }
    share(norm.blocks(), (from, to) -> norm.measure(gradient, from, to));
    return norm.value();
  }

  private void update(Range block, List<Step> steps, int iteration, int epoch, Scratch scratch) {
    int first = block.from();
    int length = block.to() - first;
    parameters.get(first, scratch.w, 0, length);
    gradient.get(first, scratch.g, 0, length);
    if (!block.isTrained()) {
      Step.subtract(scratch, length);
      parameters.put(first, scratch.w, 0, length);
      return;
    }
    Step step = steps.get(block.updater());
    velocity.get(block.momentum(), scratch.v, 0, length);
    if (block.decay() == null) {
      step.withoutDecay(scratch, length);
    } else {
      float decay = (float) block.decay().getL2().valueAt(iteration, epoch);
      if (decayRoundsOnce) {
        step.withDecayRoundedOnce(scratch, length, decay);
      } else {
        step.withDecay(scratch, length, decay);
      }
    }
    velocity.put(block.momentum(), scratch.v, 0, length);
    parameters.put(first, scratch.w, 0, length);
  }

  /** One thread's copies of a block. */
  private record Scratch(float[] w, float[] g, float[] v) {
    Scratch() {
      this(new float[BLOCK], new float[BLOCK], new float[BLOCK]);
    }
  }

  /**
   * The arithmetic on a block, each operation rounded to fp32 as ND4J's is.
   *
   * @param clip 1 for a gradient within the norm, which DL4J does not multiply; multiplying by 1
   *     does not change a bit
   */
  private record Step(float clip, float examples, float momentum, float rate) {

    /** What DL4J does to parameters that are not trained. */
    static void subtract(Scratch block, int length) {
      for (int i = 0; i < length; i++) {
        block.w[i] -= block.g[i];
      }
    }

    void withoutDecay(Scratch block, int length) {
      float[] w = block.w;
      float[] g = block.g;
      float[] v = block.v;
      for (int i = 0; i < length; i++) {
        float next = v[i] * momentum + g[i] * clip / examples;
        v[i] = next;
        w[i] -= next * rate;
      }
    }

    void withDecay(Scratch block, int length, float decay) {
      float[] w = block.w;
      float[] g = block.g;
      float[] v = block.v;
      for (int i = 0; i < length; i++) {
        float next = v[i] * momentum + (decay * w[i] + g[i] * clip / examples);
        v[i] = next;
        w[i] -= next * rate;
      }
    }

    void withDecayRoundedOnce(Scratch block, int length, float decay) {
      float[] w = block.w;
      float[] g = block.g;
      float[] v = block.v;
      for (int i = 0; i < length; i++) {
        float next = v[i] * momentum + Math.fma(decay, w[i], g[i] * clip / examples);
        v[i] = next;
        w[i] -= next * rate;
      }
    }
  }

  /** Does a part of some work, from one number to another (excluded). */
  private interface Part {
    void run(int from, int to);
  }

  /** Divides some work among all threads; the calling thread does the first part. */
  private void share(int work, Part part) {
    CompletableFuture<?>[] others = new CompletableFuture<?>[threads - 1];
    for (int i = 1; i < threads; i++) {
      int from = work * i / threads;
      int to = work * (i + 1) / threads;
      others[i - 1] = CompletableFuture.runAsync(() -> part.run(from, to), otherThreads);
    }
    part.run(0, work / threads);
    CompletableFuture.allOf(others).join();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "optimiser");
    thread.setDaemon(true);
    return thread;
  }

  private static List<Range> blocks(Range range) {
    List<Range> blocks = new ArrayList<>();
    for (int from = range.from(); from < range.to(); from += BLOCK) {
      int momentum = range.isTrained() ? range.momentum() + from - range.from() : -1;
      int to = Math.min(from + BLOCK, range.to());
      blocks.add(new Range(from, to, range.decay(), momentum, range.updater(), range.frozen()));
    }
    return blocks;
  }

  /**
   * Tests with (1 + e)(1 + e) - (1 + 2e), which is e squared if rounded once and 0 if rounded
   * twice. Empty if ND4J does sometimes the one and sometimes the other.
   */
  private static Optional<Boolean> decayRoundsOnce() {
    float e = 1 / 4096f;
    try (INDArray w = Nd4j.valueArrayOf(new long[] {PROBES}, 1 + e, DataType.FLOAT);
        INDArray g = Nd4j.valueArrayOf(new long[] {PROBES}, -1 - 2 * e, DataType.FLOAT)) {
      Nd4j.exec(new Axpy(w, g, g, 1 + e));
      float[] result = g.data().asFloat();
      float first = result[0];
      for (float other : result) {
        if (other != first) {
          return Optional.empty();
        }
      }
      return Optional.of(first != 0);
    }
  }
}
