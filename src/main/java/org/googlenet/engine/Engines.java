package org.googlenet.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.googlenet.common.Pool;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.engine.onednn.PlanTooLarge;
import org.googlenet.engine.onednn.UnsupportedNetwork;

/**
 * Chooses the engine of a piece of work, and lends engines to the tasks of one JVM, so that a
 * network is built once for each task that runs at the same time, not once per round.
 *
 * <p>The pool belongs to the JVM because Spark does not give tasks any other place that outlives
 * them.
 */
public final class Engines {

  private static final Pool<EngineSpec, Engine> POOL = new Pool<>(Engines::create, Engine::close);

  private Engines() {}

  /** An engine in use; closing the loan gives it back. */
  public static final class Loan implements AutoCloseable {

    private final Pool<EngineSpec, Engine>.Loan loan;

    private Loan(Pool<EngineSpec, Engine>.Loan loan) {
      this.loan = loan;
    }

    /**
     * What is lent.
     *
     * @throws IllegalStateException if it has been given back
     */
    public Engine engine() {
      return loan.value();
    }

    /** Says that the work succeeded; an engine whose work failed is closed, not lent again. */
    public void done() {
      loan.done();
    }

    /** Gives the engine back; a second call does nothing. */
    @Override
    public void close() {
      loan.close();
    }
  }

  /**
   * Decides what {@code AUTO} is on this machine, and whether the machine has what is wanted. An
   * engine that had to be compiled for that is kept for the first borrower.
   *
   * @throws EngineProblem if a kind is named that this machine does not have, or that does not have
   *     the precision
   */
  public static EngineChoice choose(EngineSpec wanted) {
    return choose(wanted, OneDnnLibrary.find());
  }

  /** The same for work that only makes forward passes, of all heads. */
  public static EngineChoice chooseForPasses(EngineSpec wanted) {
    return choose(wanted, OneDnnLibrary.find(), engine -> prepare(engine, engine.heads().size()));
  }

  /**
   * The same for work that only makes forward passes.
   *
   * @param heads how many of the network's outputs the passes will ask for, from the first on
   */
  public static EngineChoice chooseForPasses(EngineSpec wanted, int heads) {
    return choose(wanted, OneDnnLibrary.find(), engine -> prepare(engine, heads));
  }

  static EngineChoice choose(EngineSpec wanted, OneDnnLibrary library) {
    return choose(wanted, library, OneDnnEngine::trainingBytes);
  }

  /**
   * @param compilation compiles what is needed of an engine, and says how many bytes it plans
   */
  static EngineChoice choose(
      EngineSpec wanted, OneDnnLibrary library, ToLongFunction<OneDnnEngine> compilation) {
    if (wanted.kind().isOfAnotherJar()) {
      return wanted.kind().provider().choose(wanted);
    }
    if (wanted.kind().equals(EngineKind.DL4J)) {
      if (wanted.precision() != Precision.FP32) {
        throw new EngineProblem(
            "precision bf16: needs engine onednn, and engine dl4j was asked for; use engine auto or precision fp32");
      }
      return dl4j(wanted, List.of());
    }
    if (!library.isThere()) {
      return without(wanted, library.problem());
    }
    boolean tooMuch = wanted.precision() == Precision.BF16 && !library.hasBf16();
    EngineSpec spec =
        wanted
            .withKind(EngineKind.ONEDNN)
            .withPrecision(tooMuch ? Precision.FP32 : wanted.precision());
    try {
      return new EngineChoice(
          spec,
          instructions(EngineKind.ONEDNN),
          compile(spec, compilation),
          tooMuch ? List.of(noBf16(library)) : List.of());
    } catch (UnsupportedNetwork e) {
      return without(wanted, e.getMessage());
    } catch (PlanTooLarge e) {
      throw new EngineProblem(
          String.format(Locale.ROOT, "batch %d: %s", spec.batch(), e.getMessage()));
    }
  }

  private static String noBf16(OneDnnLibrary library) {
    return "precision bf16: this processor has neither AVX512_BF16 nor AMX (%s); goes on in fp32"
        .formatted(library.instructions());
  }

  /** DL4J's engine in place of oneDNN's, unless that one was named. */
  private static EngineChoice without(EngineSpec wanted, String why) {
    if (wanted.kind().equals(EngineKind.ONEDNN)) {
      throw new EngineProblem(
          "engine onednn: %s; set training.engine: dl4j (for evaluate and predict: --engine dl4j)"
              .formatted(why));
    }
    List<String> notes = new ArrayList<>();
    notes.add("engine auto: takes dl4j, which is slower than onednn: " + why);
    if (wanted.convolution() == Convolution.DIRECT) {
      notes.add("convolution direct: engine dl4j has no choice");
    }
    if (wanted.precision() == Precision.BF16) {
      notes.add("precision bf16: engine dl4j has none; goes on in fp32");
    }
    return dl4j(wanted, notes);
  }

  private static EngineChoice dl4j(EngineSpec wanted, List<String> notes) {
    return new EngineChoice(wanted.byDl4j(), instructions(EngineKind.DL4J), 0, notes);
  }

  /**
   * Compiles an engine, which shows whether it is available, and keeps it for the first borrower.
   *
   * @return what the compilation says: bytes outside the Java heap that it takes to train, or 0
   */
  private static long compile(EngineSpec spec, ToLongFunction<OneDnnEngine> compilation) {
    try (Loan loan = borrow(spec)) {
      long bytes = compilation.applyAsLong((OneDnnEngine) loan.engine());
      loan.done();
      return bytes;
    }
  }

  private static long prepare(OneDnnEngine engine, int heads) {
    engine.prepareForPasses(heads);
    return 0;
  }

  /**
   * What decides on this machine, besides the number of threads, how an engine rounds sums: the
   * instruction set that oneDNN uses, if the engine uses oneDNN, and {@link
   * NativeThreads#instructions}.
   */
  public static String instructions(EngineKind kind) {
    requireDecided(kind);
    if (kind.isOfAnotherJar()) {
      return kind.provider().instructions();
    }
    return kind.equals(EngineKind.DL4J)
        ? NativeThreads.instructions()
        : OneDnnLibrary.find().instructions() + "; " + NativeThreads.instructions();
  }

  /**
   * Lends an engine to the calling thread and sets the thread's native libraries to the
   * specification's number of threads. Its parameters are whatever the last user left.
   *
   * @param spec whose kind is not {@code AUTO}
   * @throws IllegalArgumentException if it is
   */
  public static Loan borrow(EngineSpec spec) {
    NativeThreads.use(spec.threads());
    return new Loan(POOL.borrow(spec));
  }

  private static Engine create(EngineSpec spec) {
    requireDecided(spec.kind());
    if (spec.kind().isOfAnotherJar()) {
      return spec.kind().provider().open(spec);
    }
    return spec.kind().equals(EngineKind.DL4J)
        ? new Dl4jEngine(spec.configuration())
        : oneDnn(spec, OneDnnLibrary.find());
  }

  /** Checks again, since another machine may have chosen for this one. */
  static Engine oneDnn(EngineSpec spec, OneDnnLibrary library) {
    if (!library.isThere()) {
      throw new EngineProblem(
          "engine onednn: was chosen on another machine, and here %s; use machines of one kind, or set training.engine: dl4j"
              .formatted(library.problem()));
    }
    if (spec.precision() == Precision.BF16 && !library.hasBf16()) {
      throw new EngineProblem(
          "precision bf16: was chosen on another machine, and this processor has neither AVX512_BF16 nor AMX (%s); use machines of one kind, or set training.precision: fp32"
              .formatted(library.instructions()));
    }
    return OneDnnEngine.of(spec);
  }

  private static void requireDecided(EngineKind kind) {
    if (kind.isAuto()) {
      throw new IllegalArgumentException("engine auto: choose one first");
    }
  }

  /** Closes all engines that are not in use. */
  public static void closeIdle() {
    POOL.closeIdle();
  }
}
