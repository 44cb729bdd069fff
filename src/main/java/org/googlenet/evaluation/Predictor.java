package org.googlenet.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
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
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.UnreadableImage;
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
    Decoder decoder = new Decoder(model.side(), model.decoding(), false);
    try (Engines.Loan loan = borrow()) {
      while (images.hasNext()) {
        answer(loan, decoder, images, answers);
      }
    }
  }

  /** Answers for as many images as a batch has. */
  private void answer(Engines.Loan loan, Decoder decoder, Iterator<Image> images, Answers answers) {
    float[] pixels = new float[engine.batch() * decoder.values()];
    List<String> decoded = new ArrayList<>();
    List<Turn> turns = new ArrayList<>();
    while (images.hasNext() && turns.size() < engine.batch()) {
      Image image = images.next();
      Turn turn = decode(decoder, image, pixels, decoded.size() * decoder.values());
      turns.add(turn);
      if (turn.why().isEmpty()) {
        decoded.add(image.name());
      }
    }
    List<Prediction> predictions = new ArrayList<>();
    if (!decoded.isEmpty()) {
      float[] filled = Arrays.copyOf(pixels, decoded.size() * decoder.values());
      predict(loan, new Batch(filled, new int[decoded.size()], decoded), predictions::add);
    }
    Iterator<Prediction> next = predictions.iterator();
    for (Turn turn : turns) {
      turn.why()
          .ifPresentOrElse(
              why -> answers.failure(turn.image(), why), () -> answers.prediction(next.next()));
    }
  }

  /**
   * An image's turn to be answered.
   *
   * @param why it has no prediction; empty if it has
   */
  private record Turn(String image, Optional<Problem> why) {}

  private static Turn decode(Decoder decoder, Image image, float[] pixels, int offset) {
    try {
      decoder.decode(image.content().get(), 0, pixels, offset);
      return new Turn(image.name(), Optional.empty());
    } catch (UnreadableImage e) {
      String message =
          "%s: image %s; mend it, or leave it out".formatted(image.name(), e.getMessage());
      return new Turn(image.name(), Optional.of(new DataProblem(message, e)));
    } catch (StorageProblem e) {
      // The other images would wait for the storage as well.
      throw e;
    } catch (Problem e) {
      return new Turn(image.name(), Optional.of(e));
    }
  }

  private void predict(Engines.Loan loan, Batch images, Consumer<Prediction> consumer) {
    float[] probabilities = loan.engine().probabilities(images, 1)[0];
    for (int i = 0; i < images.examples(); i++) {
      List<Ranked> classes = new ArrayList<>();
      for (TopK.Guess guess : TopK.best(probabilities, model.classes(), i, topK)) {
        classes.add(
            new Ranked(model.classNames().get(guess.label()), guess.label(), guess.probability()));
      }
      consumer.accept(new Prediction(images.keys().get(i), classes));
    }
  }

  private Engines.Loan borrow() {
    Engines.Loan loan = Engines.borrow(engine);
    loan.engine().load(model.parameters(), new float[model.parameters().length]);
    return loan;
  }
}
