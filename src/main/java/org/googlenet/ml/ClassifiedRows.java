package org.googlenet.ml;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.evaluation.ImageClassifier;
import org.googlenet.evaluation.ImageClassifier.Answer;
import org.googlenet.evaluation.ImageClassifier.Input;
import org.googlenet.evaluation.Predictor;

/**
 * Adds predictions to the rows of a partition, in a Spark task.
 *
 * @param parameters of the model
 * @param wanted what the model needs of an engine, which each machine chooses
 * @param image the position of the column of images
 * @param path the position of a column that names them; -1 for none
 * @param outputs which columns are added
 */
record ClassifiedRows(
    Broadcast<float[]> parameters,
    ImageClassifier.Spec wanted,
    int image,
    int path,
    Outputs outputs,
    HandleInvalid handleInvalid)
    implements MapPartitionsFunction<Row, Row> {

  /** Which columns are added, in this order, beside the prediction before the features. */
  record Outputs(boolean raw, boolean probability, boolean prediction, boolean features)
      implements java.io.Serializable {

    int number() {
      return (raw ? 1 : 0) + (probability ? 1 : 0) + (prediction ? 1 : 0) + (features ? 1 : 0);
    }
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Classified classified = new Classified(rows);
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) context -> classified.close());
    return classified;
  }

  /**
   * The rows with their predictions. Another thread than the task's may ask for them, as where a
   * function of Python comes next; so the engine is borrowed by who asks first, and given back only
   * while nobody computes.
   */
  private final class Classified implements Iterator<Row>, AutoCloseable {

    private final Iterator<Row> rows;
    private ImageClassifier.Answers<Row> answers;
    private Row next;
    private boolean isClosed;

    Classified(Iterator<Row> rows) {
      this.rows = rows;
    }

    @Override
    public synchronized boolean hasNext() {
      while (next == null && !isClosed && hasAnswer()) {
        next = row(answers.next());
      }
      return next != null;
    }

    private boolean hasAnswer() {
      if (answers == null) {
        if (!rows.hasNext()) {
          return false;
        }
        answers = ImageClassifier.answers(chosen(), parameters.value(), inputs(rows));
      }
      return answers.hasNext();
    }

    @Override
    public synchronized Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException("every row has been given");
      }
      Row row = next;
      next = null;
      return row;
    }

    @Override
    public synchronized void close() {
      isClosed = true;
      if (answers != null) {
        answers.close();
      }
    }
  }

  private ImageClassifier.Spec chosen() {
    return new ImageClassifier.Spec(
        wanted.model(),
        Predictor.choose(wanted.engine()).spec(),
        wanted.side(),
        wanted.decoding(),
        wanted.classes(),
        wanted.hasFeatures());
  }

  private Iterator<Input<Row>> inputs(Iterator<Row> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Input<Row> next() {
        return input(rows.next());
      }
    };
  }

  private Input<Row> input(Row row) {
    try {
      return Input.read(row, ImageColumn.bytes(row.get(image)));
    } catch (UnreadableImage e) {
      return Input.unreadable(row, "image " + e.getMessage());
    }
  }

  /** The row of an answer; null if it is to be left out. */
  private Row row(Answer<Row> answer) {
    if (answer.error() == null) {
      return with(answer.of(), added(answer));
    }
    return switch (handleInvalid) {
      case ERROR -> throw unreadable(answer);
      case SKIP -> null;
      case KEEP -> with(answer.of(), new Object[outputs.number()]);
    };
  }

  private DataProblem unreadable(Answer<Row> answer) {
    Row row = answer.of();
    String name = ImageColumn.name(row.get(image), path < 0 ? null : row.getString(path));
    return new DataProblem(
        "%s: %s; mend it, or set handleInvalid to skip or keep"
            .formatted(name == null ? "a row" : name, answer.error()));
  }

  private Object[] added(Answer<Row> answer) {
    Object[] added = new Object[outputs.number()];
    int next = 0;
    if (outputs.raw()) {
      added[next++] = vector(answer.probabilities(), ClassifiedRows::logarithm);
    }
    if (outputs.probability()) {
      added[next++] = vector(answer.probabilities(), Float::doubleValue);
    }
    if (outputs.prediction()) {
      added[next++] = (double) answer.best(1).get(0).label();
    }
    if (outputs.features()) {
      added[next] = vector(answer.features(), Float::doubleValue);
    }
    return added;
  }

  /** One that is too small for a float counts as the smallest, so that no sum is infinite. */
  private static double logarithm(float probability) {
    return Math.log(Math.max(probability, Float.MIN_VALUE));
  }

  private static Vector vector(float[] values, Function<Float, Double> value) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = value.apply(values[i]);
    }
    return Vectors.dense(doubles);
  }

  private static Row with(Row row, Object[] added) {
    Object[] values = new Object[row.size() + added.length];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    System.arraycopy(added, 0, values, row.size(), added.length);
    return RowFactory.create(values);
  }
}
