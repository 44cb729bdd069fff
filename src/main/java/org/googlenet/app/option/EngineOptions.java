package org.googlenet.app.option;

import java.io.PrintWriter;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Precision;
import org.googlenet.evaluation.TrainedModel;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The engine options of commands that compute with a model and do not have a recipe. */
public final class EngineOptions {

  @Option(
      names = "--engine",
      defaultValue = "auto",
      paramLabel = "auto|onednn|dl4j",
      converter = EngineConverter.class,
      description =
          "What computes. auto (default) is onednn where the machine and the model allow it, otherwise"
              + " dl4j.")
  private EngineKind engine;

  @Option(
      names = "--precision",
      defaultValue = "fp32",
      paramLabel = "fp32|bf16",
      description =
          "Arithmetic of convolutions: fp32 (default), or bf16, which needs onednn and a processor with"
              + " AVX512_BF16 or AMX; another one goes on in fp32.")
  private Precision precision;

  @Option(
      names = "--batch",
      defaultValue = "32",
      paramLabel = "IMAGES",
      description = "Images of one forward pass (default: ${DEFAULT-VALUE}).")
  private int batch;

  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec command;

  /**
   * Images per forward pass, at least 1.
   *
   * @throws CommandLine.ParameterException if the value is below 1
   */
  public int batch() {
    Checks.atLeastOne(command, "--batch", batch);
    return batch;
  }

  /** The engine that the command asks for. */
  public EngineSpec wanted(TrainedModel model, int batch, int threads) {
    return EngineSpec.of(model.configuration())
        .withBatch(batch)
        .withThreads(threads)
        .withKind(engine)
        .withPrecision(precision);
  }

  /** Warns of what was asked for and is not available. */
  public static void warn(EngineChoice choice, PrintWriter err) {
    choice.notes().forEach(note -> err.println("warning: " + note));
    err.flush();
  }
}
