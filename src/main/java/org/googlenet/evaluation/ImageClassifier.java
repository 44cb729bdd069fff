package org.googlenet.evaluation;

import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.Consumer;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.Decoding;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.engine.EngineProblem;
import org.googlenet.engine.EngineSpec;
import org.googlenet.engine.Engines;
import org.googlenet.model.Batch;
import org.googlenet.model.ModelProblem;

/**
 * Classifies encoded images batch by batch with a borrowed engine: each image that is given has
 * exactly one answer, in the order in which they are given.
 *
 * <p>It is for one thread, such as a Spark task's. At any time it holds the pixels of one batch and
 * the encoded bytes of one image. {@link #end} answers what is left and says that the work has
 * succeeded; {@link #close} gives the engine back in any case.
 *
 * @param <T> what the caller knows an image by: a key, a row
 */
public final class ImageClassifier<T> implements AutoCloseable {

  /**
   * All that a task needs but the parameters, which are large and are broadcast.
   *
   * @param model where it is from, for messages
   * @param engine for the model's network, of a kind other than {@code AUTO}; its batch is the
   *     number of images per forward pass
   * @param side height and width of the network's input, in pixels
   * @param decoding how images become the network's input
   * @param classes of the network
   * @param hasFeatures whether answers have the values in front of the classifier
   */
  public record Spec(
      String model,
      EngineSpec engine,
      int side,
      Decoding decoding,
      int classes,
      boolean hasFeatures)
      implements Serializable {

    /** A model's. */
    public static Spec of(TrainedModel model, EngineSpec engine, boolean hasFeatures) {
      return new Spec(
          model.location(), engine, model.side(), model.decoding(), model.classes(), hasFeatures);
    }
  }

  /**
   * An image to classify.
   *
   * @param image encoded; null if it could not be read
   * @param unreadable why it could not be read; null if it could
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Input<T>(T of, byte[] image, String unreadable) {

    /** An image that has been read. */
    public static <T> Input<T> read(T of, byte[] image) {
      return new Input<>(of, image, null);
    }

    /** An image that could not be read. */
    public static <T> Input<T> unreadable(T of, String why) {
      return new Input<>(of, null, why);
    }
  }

  /**
   * What comes of an image.
   *
   * @param probabilities {@code [classes]}, in the order of the labels; null if it is unreadable
   * @param features {@code [values]} in front of the classifier, 1024 of a GoogLeNet; null if they
   *     were not asked for, or it is unreadable
   * @param error one line: why it is unreadable; null if it is not
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Answer<T>(T of, float[] probabilities, float[] features, String error) {

    /** The most probable classes, best first, and all if there are fewer; none if unreadable. */
    public List<TopK.Guess> best(int k) {
      return probabilities == null
          ? List.of()
          : TopK.best(probabilities, probabilities.length, 0, k);
    }
  }

  /** An image that waits for its answer; it was decoded if it has no error. */
  private record Turn<T>(T of, String error) {}

  private final Spec spec;
  private final Consumer<Answer<T>> answers;
  private final Engines.Loan loan;
  private final Decoder decoder;
  private final List<Turn<T>> turns = new ArrayList<>();
  private final float[] pixels;
  private int decoded;

  /**
   * Borrows an engine and loads the parameters.
   *
   * @param parameters flat vector in DL4J's order
   * @param answers receives an answer for each image
   * @throws EngineProblem if this machine does not have the engine
   */
  public ImageClassifier(Spec spec, float[] parameters, Consumer<Answer<T>> answers) {
    this.spec = spec;
    this.answers = answers;
    this.decoder = new Decoder(spec.side(), spec.decoding(), false);
    this.pixels = new float[spec.engine().batch() * decoder.values()];
    this.loan = Engines.borrow(spec.engine());
    try {
      loan.engine().load(parameters, new float[parameters.length]);
    } catch (RuntimeException | Error e) {
      loan.close();
      throw e;
    }
  }

  /**
   * Classifies images as they are asked for; the iterator gives the engine back behind the last
   * one, and when it is closed.
   */
  public static <T> Answers<T> answers(
      Spec spec, float[] parameters, Iterator<? extends Input<T>> inputs) {
    return new Answers<>(spec, parameters, inputs);
  }

  /** The answers to images that come one after the other; for one thread. */
  public static final class Answers<T> implements Iterator<Answer<T>>, AutoCloseable {

    private final Iterator<? extends Input<T>> inputs;
    private final Queue<Answer<T>> ready = new ArrayDeque<>();
    private final ImageClassifier<T> classifier;

    private Answers(Spec spec, float[] parameters, Iterator<? extends Input<T>> inputs) {
      this.inputs = inputs;
      this.classifier = new ImageClassifier<>(spec, parameters, ready::add);
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && inputs.hasNext()) {
        classifier.add(inputs.next());
      }
      if (ready.isEmpty()) {
        classifier.end();
      }
      if (ready.isEmpty()) {
        close();
      }
      return !ready.isEmpty();
    }

    @Override
    public Answer<T> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("every image has been answered");
      }
      return ready.remove();
    }

    @Override
    public void close() {
      classifier.close();
    }
  }

  /**
   * Takes an image.
   *
   * @throws ModelProblem if the network gives something else than numbers
   */
  public void add(Input<T> input) {
    turns.add(new Turn<>(input.of(), errorOf(input)));
    if (turns.size() == spec.engine().batch()) {
      answer();
    }
  }

  /** Decodes an image; what is wrong with it if it cannot be. */
  private String errorOf(Input<T> input) {
    if (input.unreadable() != null) {
      return input.unreadable();
    }
    try {
      decoder.decode(input.image(), 0, pixels, decoded * decoder.values());
    } catch (UnreadableImage e) {
      return "image " + e.getMessage();
    }
    decoded++;
    return null;
  }

  /** Answers all images that wait, and says that the work has succeeded. */
  public void end() {
    answer();
    loan.done();
  }

  private void answer() {
    float[][] results = decoded == 0 ? new float[2][0] : results();
    int row = 0;
    for (Turn<T> turn : turns) {
      if (turn.error() != null) {
        answers.accept(new Answer<>(turn.of(), null, null, turn.error()));
        continue;
      }
      answers.accept(
          new Answer<>(
              turn.of(),
              row(results[0], row),
              spec.hasFeatures() ? row(results[1], row) : null,
              null));
      row++;
    }
    turns.clear();
    decoded = 0;
  }

  private float[] row(float[] values, int row) {
    int length = values.length / decoded;
    return Arrays.copyOfRange(values, row * length, (row + 1) * length);
  }

  private float[][] results() {
    boolean isWhole = decoded == spec.engine().batch();
    Batch batch =
        new Batch(
            isWhole ? pixels : Arrays.copyOf(pixels, decoded * decoder.values()),
            new int[decoded],
            Collections.nCopies(decoded, ""));
    float[][] results =
        spec.hasFeatures()
            ? loan.engine().probabilitiesAndFeatures(batch)
            : loan.engine().probabilities(batch, 1);
    requireNumbers(spec.model(), results[0]);
    return results;
  }

  /**
   * Checks what a network gives, since NaN would be sorted among the most probable classes. Pixels
   * are numbers, so it is the parameters that are wrong.
   *
   * @param model where it is from
   * @throws ModelProblem if a probability is not a number
   */
  static void requireNumbers(String model, float[] probabilities) {
    for (float probability : probabilities) {
      if (Float.isNaN(probability)) {
        throw new ModelProblem(
            model
                + ": its probabilities are not numbers (NaN), as after a training that diverged; name an earlier checkpoint, or another model");
      }
    }
  }

  @Override
  public void close() {
    loan.close();
  }
}
