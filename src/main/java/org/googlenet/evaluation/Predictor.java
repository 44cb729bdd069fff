package org.googlenet.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.googlenet.data.BatchSpec;
import org.googlenet.data.Batches;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineKind;
import org.googlenet.engine.EngineProblem;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.model.Batch;

/** Predicts the classes of images with a model, batch by batch, in this process. */
public final class Predictor {

  /** The most probable classes of one image, best first. */
  public record Prediction(String image, List<Ranked> classes) {}

  /** A class and its probability. */
  public record Ranked(String name, int label, float probability) {}

  /** An encoded image and its name. */
  public record Image(String name, byte[] encoded) {}

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

  /** Predicts the classes of every record of a data set, in the order of its shards. */
  public void predict(Dataset dataset, Consumer<Prediction> consumer) {
    try (Engines.Loan loan = borrow();
        Batches batches =
            Batches.inOrder(
                dataset,
                dataset.all(),
                new BatchSpec(engine.batch(), model.side(), model.decoding()))) {
      for (Batch next = batches.next(); next != null; next = batches.next()) {
        predict(loan, next, consumer);
      }
    }
  }

  /**
   * Predicts the classes of single images.
   *
   * @throws DataProblem if one cannot be decoded
   */
  public void predict(List<Image> images, Consumer<Prediction> consumer) {
    Decoder decoder = new Decoder(model.side(), model.decoding(), false);
    try (Engines.Loan loan = borrow()) {
      for (int from = 0; from < images.size(); from += engine.batch()) {
        int to = Math.min(images.size(), from + engine.batch());
        List<Image> some = images.subList(from, to);
        predict(loan, decode(decoder, some), consumer);
      }
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

  private static Batch decode(Decoder decoder, List<Image> images) {
    float[] pixels = new float[images.size() * decoder.values()];
    for (int i = 0; i < images.size(); i++) {
      Image image = images.get(i);
      try {
        decoder.decode(image.encoded(), 0, pixels, i * decoder.values());
      } catch (UnreadableImage e) {
        throw new DataProblem(
            "%s: %s; name a JPEG or PNG file".formatted(image.name(), e.getMessage()), e);
      }
    }
    return new Batch(pixels, new int[images.size()], images.stream().map(Image::name).toList());
  }

  private Engines.Loan borrow() {
    Engines.Loan loan = Engines.borrow(engine);
    loan.engine().load(model.parameters(), new float[model.parameters().length]);
    return loan;
  }
}
