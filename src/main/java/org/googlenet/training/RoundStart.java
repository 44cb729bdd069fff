package org.googlenet.training;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.util.List;
import org.googlenet.config.Recipe.Compression;
import org.googlenet.data.Range;

/**
 * What a round's workers start from, as it is broadcast: the state without what only the driver
 * needs, as raw blocks of bytes.
 *
 * <p>Java would serialise an array of floats value by value, and an {@code INDArray} no better.
 * With compression the workers start from rounded values, on a cluster and in one process alike;
 * the driver keeps the exact ones.
 */
public final class RoundStart implements Externalizable {

  private static final long serialVersionUID = 1L;

  private Compression compression;
  private TrainingState state;

  /** For {@link #readExternal}. */
  public RoundStart() {}

  RoundStart(TrainingState state, Compression compression) {
    this.compression = compression;
    this.state =
        new TrainingState(
            rounded(state.parameters(), compression),
            rounded(state.momentum(), compression),
            new float[0],
            state.round(),
            state.step(),
            state.examples(),
            state.rewinds(),
            state.leftOver());
  }

  private static float[] rounded(float[] values, Compression compression) {
    return compression == Compression.NONE ? values : Packed.of(values, compression).values();
  }

  /** The state; shared by the tasks of a JVM, so not to be changed. */
  TrainingState state() {
    return state;
  }

  @Override
  public void writeExternal(ObjectOutput out) throws IOException {
    out.writeObject(compression);
    out.writeObject(Packed.of(state.parameters(), compression));
    out.writeObject(Packed.of(state.momentum(), compression));
    out.writeInt(state.round());
    out.writeInt(state.step());
    out.writeLong(state.examples());
    out.writeInt(state.rewinds());
    out.writeInt(state.leftOver().size());
    for (Range range : state.leftOver()) {
      out.writeInt(range.shard());
      out.writeInt(range.from());
      out.writeInt(range.to());
    }
  }

  @Override
  public void readExternal(ObjectInput in) throws IOException, ClassNotFoundException {
    compression = (Compression) in.readObject();
    float[] parameters = ((Packed) in.readObject()).values();
    float[] momentum = ((Packed) in.readObject()).values();
    int round = in.readInt();
    int step = in.readInt();
    long examples = in.readLong();
    int rewinds = in.readInt();
    Range[] leftOver = new Range[in.readInt()];
    for (int i = 0; i < leftOver.length; i++) {
      leftOver[i] = new Range(in.readInt(), in.readInt(), in.readInt());
    }
    state =
        new TrainingState(
            parameters, momentum, new float[0], round, step, examples, rewinds, List.of(leftOver));
  }
}
