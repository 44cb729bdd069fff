package org.googlenet.evaluation;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.googlenet.common.Problem;
import org.googlenet.data.BadRecord;
import org.googlenet.data.BadRecordLimit;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.Batches;
import org.googlenet.data.Dataset;
import org.googlenet.data.TooManyBadRecords;
import org.googlenet.data.format.DataProblem;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineProblem;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.model.Batch;
import org.googlenet.storage.StorageProblem;

/** Predicts the classes of images with a model, batch by batch, in this process. */
public final class Predictor {

  /** The most probable classes of one image, best first. */
  public record Prediction(String image, List<Ranked> classes) {}

  /** A class and its probability. */
  public record Ranked(String name, int label, float probability) {}

  /**
   * An image by its name.
   *
   * @param content asked for its bytes when it is the image's turn; throws a {@link Problem} that
   *     names the image if it cannot be read
   */
  public record Image(String name, Supplier<byte[]> content) {}

  /** Receives what comes of each image, in their order. */
  public interface Answers {

    void prediction(Prediction prediction);

    /** Called in place of {@link #prediction} for an image that cannot be read or decoded. */
    void failure(String image, Problem why);
  }

  /** DL4J's forward pass on two cores is a third slower with two threads than with one. */
  private static final int DL4J_THREADS = 1;

  private final TrainedModel model;
  private final EngineSpec engine;
  private final int topK;

  /**
   * @param engine for the model's network, of a kind other than {@code AUTO}; its batch is the
   *     number of images per forward pass
   * @param topK how many classes to return per image
   */
  public Predictor(TrainedModel model, EngineSpec engine, int topK) {
    this.model = model;
    this.engine = engine;
    this.topK = topK;
  }

  /**
   * Chooses the engine of a predictor in this process; DL4J's gets the number of threads with which
   * it is fastest, whatever is wanted.
   *
   * @throws EngineProblem if this machine does not have the kind that is wanted
   */
  public static EngineChoice choose(EngineSpec wanted) {
    EngineChoice choice = Engines.chooseForPasses(wanted, 1);
    return choice.spec().kind().equals(EngineKind.DL4J) ? choice.withThreads(DL4J_THREADS) : choice;
  }

  /**
   * Predicts the classes of every record of a data set that can be used, in the order of its
   * shards.
   *
   * @param limit how many records that cannot be used are passed over
   * @return the records that were passed over
   * @throws TooManyBadRecords if there are more
   */
  public List<BadRecord> predict(
      Dataset dataset, BadRecordLimit limit, Consumer<Prediction> consumer) {
    BatchSpec batchSpec =
        new BatchSpec(engine.batch(), model.side(), model.decoding())
            .passingOver(limit.tolerance());
    try (Engines.Loan loan = borrow();
        Batches batches = Batches.inOrder(dataset, dataset.all(), batchSpec)) {
      for (Batch next = batches.next(); next != null; next = batches.next()) {
        predict(loan, next, consumer);
      }
      List<BadRecord> bad = batches.passedOver();
      limit.require(
          dataset.location(),
          dataset.records(),
          bad.size(),
          bad.stream().map(BadRecord::toString).toList());
      return bad;
    }
  }

  /**
   * Predicts the classes of single images. At any time it holds the encoded bytes of one, and the
   * pixels of one batch.
   *
   * @throws StorageProblem if the storage of an image fails
   */
  public void predict(Iterator<Image> images, Answers answers) {
    ImageClassifier.Spec spec = ImageClassifier.Spec.of(model, engine, false);
    try (ImageClassifier<Asked> classifier =
        new ImageClassifier<>(spec, model.parameters(), each -> answer(each, answers))) {
      while (images.hasNext()) {
        classifier.add(read(images.next()));
      }
      classifier.end();
    }
  }

  /**
   * An image whose turn it was.
   *
   * @param problem why its bytes could not be read; empty if they could
   */
  private record Asked(String image, Optional<Problem> problem) {}

  private static ImageClassifier.Input<Asked> read(Image image) {
    try {
      byte[] content = image.content().get();
      return ImageClassifier.Input.read(new Asked(image.name(), Optional.empty()), content);
    } catch (StorageProblem e) {
      // The other images would wait for the storage as well.
      throw e;
    } catch (Problem e) {
      return ImageClassifier.Input.unreadable(
          new Asked(image.name(), Optional.of(e)), e.getMessage());
    }
  }

  private void answer(ImageClassifier.Answer<Asked> answer, Answers answers) {
    String image = answer.of().image();
    if (answer.error() == null) {
      answers.prediction(new Prediction(image, ranked(answer.best(topK))));
      return;
    }
    answers.failure(
        image,
        answer
            .of()
            .problem()
            .orElseGet(
                () ->
                    new DataProblem(
                        "%s: %s; mend it, or leave it out".formatted(image, answer.error()))));
  }

  private void predict(Engines.Loan loan, Batch images, Consumer<Prediction> consumer) {
    float[] probabilities = loan.engine().probabilities(images, 1)[0];
    ImageClassifier.requireNumbers(model.location(), probabilities);
    for (int i = 0; i < images.examples(); i++) {
      List<TopK.Guess> best = TopK.best(probabilities, model.classes(), i, topK);
      consumer.accept(new Prediction(images.keys().get(i), ranked(best)));
    }
  }

  private List<Ranked> ranked(List<TopK.Guess> best) {
    return best.stream()
        .map(
            guess ->
                new Ranked(
                    model.classNames().get(guess.label()), guess.label(), guess.probability()))
        .toList();
  }

  private Engines.Loan borrow() {
    Engines.Loan loan = Engines.borrow(engine);
    loan.engine().load(model.parameters(), new float[model.parameters().length]);
    return loan;
  }
}
