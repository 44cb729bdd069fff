package org.googlenet.app;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.googlenet.app.io.Output;
import org.googlenet.app.option.Checks;
import org.googlenet.app.option.Descriptions;
import org.googlenet.app.option.EngineOptions;
import org.googlenet.app.option.OutputFormat;
import org.googlenet.app.option.QuarantineOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.common.Problem;
import org.googlenet.data.BadRecord;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.engine.EngineChoice;
import org.googlenet.evaluation.Predictor;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.prepare.Omissions;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code googlenet predict}: the most probable classes of images. */
@Command(
    name = "predict",
    description = "Names the most probable classes of image files or of a data set's records.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet predict runs/sample boot.png shirt.jpg",
      "  googlenet predict runs/sample --data data/sample/validation --top 3 --format json",
      "  googlenet predict models boot.png",
      "  googlenet predict models photos --format json",
      "  googlenet predict models 's3a://bucket/photos/2026-*.jpg'",
      "  find photos -newer last -name '*.jpg' | googlenet predict models -",
      "  googlenet predict runs/sample boot.png --engine dl4j"
    })
final class PredictCommand implements Callable<Integer> {

  /** How many records that cannot be used are told one by one. */
  private static final int NAMED = 10;

  @Parameters(index = "0", paramLabel = "MODEL", description = Descriptions.MODEL_WITH_INPUT)
  private String model;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "IMAGE",
      description = {
        "Paths or URIs of image files, of folders of such, or patterns ('*.jpg');",
        "- for a list on stdin, one a line. One that is bad is told on stderr, and the others are",
        "answered; then the command ends with 3."
      })
  private List<String> images = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "DATASET",
      description = "Path or URI of a data set, in place of image files.")
  private String data;

  @Option(
      names = "--top",
      defaultValue = "5",
      paramLabel = "K",
      description = "How many classes to name (default: ${DEFAULT-VALUE}).")
  private int top;

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "text|json",
      description = "text (default), or json: a line for each image.")
  private OutputFormat format;

  @Mixin private QuarantineOption quarantine;

  @Mixin private EngineOptions engine;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    Checks.atLeastOne(spec, "--top", top);
    int batch = engine.batch();
    if (images.isEmpty() == (data == null)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "name either image files or a data set (--data)");
    }
    if (data == null && quarantine.isGiven(spec)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--quarantine is for the records of a data set (--data)");
    }
    Stores stores = spark.stores();
    TrainedModel trained = TrainedModel.open(stores, model);
    int cores = Runtime.getRuntime().availableProcessors();
    EngineChoice choice = Predictor.choose(engine.wanted(trained, most(batch), cores));
    EngineOptions.warn(choice, spec.commandLine().getErr());
    Predictor predictor = new Predictor(trained, choice.spec(), top);
    try {
      if (data == null) {
        predictFiles(predictor, stores);
      } else {
        predictRecords(predictor, Dataset.open(stores, data));
      }
    } catch (Unheard e) {
      // Nobody would read the rest; Main reports it if that is a failure.
    }
    return ExitCode.DONE;
  }

  /** Images of one forward pass: not more than there are, if each name stands for one. */
  private int most(int batch) {
    boolean areFiles = images.stream().allMatch(NamedImages::isPlain);
    return data == null && areFiles ? Math.min(batch, images.size()) : batch;
  }

  private void predictRecords(Predictor predictor, Dataset dataset) {
    List<BadRecord> bad = predictor.predict(dataset, quarantine.limit(), this::print);
    spec.commandLine().getOut().flush();
    PrintWriter err = spec.commandLine().getErr();
    bad.stream().limit(NAMED).forEach(record -> err.println("bad: " + record));
    if (!bad.isEmpty()) {
      err.printf(
          Locale.ROOT,
          "%s: %,d of %,d records could not be read and have no prediction%n",
          data,
          bad.size(),
          dataset.records());
    }
    err.flush();
  }

  private void predictFiles(Predictor predictor, Stores stores) {
    BufferedReader list =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Omissions omissions = new Omissions();
    Answered answered = new Answered();
    predictor.predict(new NamedImages(stores, images, list, omissions), answered);
    answered.end(omissions);
  }

  /** Prints what comes of each image, and counts it. */
  private final class Answered implements Predictor.Answers {

    private final PrintWriter err = spec.commandLine().getErr();
    private long predictions;
    private long failures;

    /** The first failure, until it is known not to be all there is. */
    private Optional<Problem> untold = Optional.empty();

    @Override
    public void prediction(Predictor.Prediction prediction) {
      predictions++;
      tell();
      print(prediction);
    }

    @Override
    public void failure(String image, Problem why) {
      tell();
      failures++;
      untold = Optional.of(why);
      if (format == OutputFormat.JSON) {
        spec.commandLine().getOut().println(Output.json(new Failed(image, why.getMessage())));
      }
    }

    private void tell() {
      untold.ifPresent(why -> err.println("bad: " + why.getMessage()));
      untold = Optional.empty();
      err.flush();
    }

    /**
     * Says what is left to say.
     *
     * @throws Problem if there was not a prediction for each image
     */
    void end(Omissions omissions) {
      long bad = failures + omissions.badCount();
      if (bad == 1 && predictions == 0 && untold.isPresent()) {
        omissions.lines().forEach(err::println);
        throw untold.get();
      }
      tell();
      omissions.lines().forEach(err::println);
      err.flush();
      if (bad > 0) {
        throw new DataProblem(
            String.format(
                Locale.ROOT,
                "%,d of %,d images have no prediction; mend them, or leave them out",
                bad,
                bad + predictions));
      }
    }
  }

  /** What JSON has for an image without a prediction. */
  private record Failed(String image, String error) {}

  /** Output can no longer be written, as when {@code head} has read enough. */
  private static final class Unheard extends RuntimeException {

    private static final long serialVersionUID = 1L;
  }

  private void print(Predictor.Prediction prediction) {
    print(spec.commandLine().getOut(), prediction);
    if (Main.of(spec).isUnheard(spec.commandLine())) {
      throw new Unheard();
    }
  }

  private void print(PrintWriter out, Predictor.Prediction prediction) {
    if (format == OutputFormat.JSON) {
      out.println(Output.json(prediction));
      return;
    }
    out.println(prediction.image());
    for (Predictor.Ranked ranked : prediction.classes()) {
      out.printf(Locale.ROOT, "  %6.2f%%  %s%n", 100 * ranked.probability(), ranked.name());
    }
  }
}
