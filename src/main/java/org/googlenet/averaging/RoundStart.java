package org.googlenet.averaging;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.util.List;
import org.googlenet.data.format.Range;
import org.googlenet.recipe.Recipe.Compression;

/**
 * What a round's workers start from, in the form that is broadcast: the state without what only the
 * driver needs, as raw blocks of bytes.
 *
 * <p>Java would serialise an array of floats value by value, and an {@code INDArray} no better.
 * With compression the workers start from rounded values, both on a cluster and in one process; the
 * driver keeps the exact ones.
 */
public final class RoundStart implements Externalizable {

  private static final long serialVersionUID = 1L;

  private PackedVector parameters;
  private PackedVector momentum;
  private TrainingState state;

  /** For {@link #readExternal}. */
  public RoundStart() {}

  RoundStart(TrainingState exact, Compression compression) {
    if (compression == Compression.NONE) {
      // It becomes a PackedVector only when it is sent, not if driver and workers are one process.
      state = start(exact.parameters(), exact.momentum(), exact);
      return;
    }
    parameters = PackedVector.of(exact.parameters(), compression);
    momentum = PackedVector.of(exact.momentum(), compression);
    state = start(parameters.values(), momentum.values(), exact);
  }

  private static TrainingState start(float[] parameters, float[] momentum, TrainingState of) {
    return new TrainingState(
        parameters,
        momentum,
        new float[0],
        of.round(),
        of.step(),
        of.examples(),
        of.rewinds(),
        of.leftOver());
  }

  /** The state; shared by the tasks of a JVM, so it must not be changed. */
  public TrainingState state() {
    return state;
  }

  @Override
  public void writeExternal(ObjectOutput out) throws IOException {
    out.writeObject(
        parameters == null ? PackedVector.of(state.parameters(), Compression.NONE) : parameters);
    out.writeObject(
        momentum == null ? PackedVector.of(state.momentum(), Compression.NONE) : momentum);
    out.writeInt(state.round());
    out.writeInt(state.step());
    out.writeLong(state.examples());
    out.writeInt(state.rewinds());
    out.writeObject(state.leftOver().toArray(new Range[0]));
  }

  /**
   * Reads the state. The packed vectors are kept, since Spark may write the object again, to disk.
   */
  @Override
  public void readExternal(ObjectInput in) throws IOException, ClassNotFoundException {
    parameters = (PackedVector) in.readObject();
    momentum = (PackedVector) in.readObject();
    state =
        new TrainingState(
            parameters.values(),
            momentum.values(),
            new float[0],
            in.readInt(),
            in.readInt(),
            in.readLong(),
            in.readInt(),
            List.of((Range[]) in.readObject()));
  }
}
