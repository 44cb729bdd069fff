package org.googlenet.averaging;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongToIntFunction;
import org.googlenet.data.DataPlan;
import org.googlenet.data.DataPlan.Section;
import org.googlenet.recipe.LocalSteps;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.Recipe.Length;

/**
 * Plans the rounds and global steps of a whole training: where in the data and in the steps each
 * round is.
 *
 * <p>A round never crosses the end of an epoch: the last round of an epoch is shorter. Once the
 * schedule of local steps is settled, each epoch is divided like the one before, so only the epochs
 * up to there and one more are stored.
 */
public final class RoundPlan {

  /**
   * One round of a training.
   *
   * @param number from 0
   * @param section the records that are its own
   * @param step global steps before it
   * @param steps by how much the global step grows: the local steps of the worker with the most of
   *     the section
   * @param endsEpoch whether it is the last of its epoch
   */
  public record PlannedRound(int number, Section section, int step, int steps, boolean endsEpoch)
      implements Serializable {}

  private final DataPlan data;
  private final List<PlannedRound> head;
  private final List<PlannedRound> epoch;
  private final int headEpochs;
  private final int rounds;

  private RoundPlan(
      DataPlan data,
      List<PlannedRound> head,
      List<PlannedRound> epoch,
      int headEpochs,
      Length length) {
    this.data = data;
    this.head = head;
    this.epoch = epoch;
    this.headEpochs = headEpochs;
    this.rounds =
        switch (length.unit()) {
          case ROUNDS -> length.count();
          case EPOCHS ->
              Math.addExact(
                  head.size(), Math.multiplyExact(length.count() - headEpochs, epoch.size()));
        };
  }

  /** The plan of a recipe over shards with these numbers of records, at least one record in all. */
  public static RoundPlan of(Recipe recipe, int[] recordsPerShard) {
    DataPlan data =
        new DataPlan(recordsPerShard, recipe.training().seed(), recipe.averaging().workers());
    LocalSteps localSteps = recipe.averaging().localSteps();
    Length length = recipe.training().length();
    int batch = recipe.training().batch();
    List<PlannedRound> head = new ArrayList<>();
    int epochs = 0;
    while (step(head) < localSteps.settled() && count(length, epochs, head) < length.count()) {
      head.addAll(epoch(data, localSteps::at, batch, epochs, head));
      epochs++;
    }
    List<PlannedRound> settled = epoch(data, at -> localSteps.last(), batch, epochs, head);
    return new RoundPlan(data, head, settled, epochs, length);
  }

  private static int count(Length length, int epochs, List<PlannedRound> rounds) {
    return length.unit() == Length.Unit.EPOCHS ? epochs : rounds.size();
  }

  private static List<PlannedRound> epoch(
      DataPlan data,
      LongToIntFunction localSteps,
      int batch,
      int epoch,
      List<PlannedRound> before) {
    List<PlannedRound> parts = new ArrayList<>();
    long end = data.examplesPerEpoch();
    int step = step(before);
    for (long from = 0; from < end; ) {
      long size = (long) data.workers() * localSteps.applyAsInt(step) * batch;
      Section section = new Section(epoch, from, Math.min(from + size, end));
      int steps = Math.toIntExact(ceil(ceil(section.examples(), data.workers()), batch));
      parts.add(
          new PlannedRound(
              before.size() + parts.size(), section, step, steps, section.to() == end));
      step = Math.addExact(step, steps);
      from = section.to();
    }
    return parts;
  }

  /** Global steps at the end of some rounds. */
  private static int step(List<PlannedRound> parts) {
    return parts.isEmpty() ? 0 : endStep(parts.get(parts.size() - 1));
  }

  private static int endStep(PlannedRound planned) {
    return planned.step() + planned.steps();
  }

  private static long ceil(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  /** Which records each worker reads. */
  public DataPlan data() {
    return data;
  }

  /** The number of rounds of the whole training. */
  public int rounds() {
    return rounds;
  }

  /**
   * The epoch of a round, counted from 0. A run may have more rounds than a recipe that was made
   * shorter since; they belong to its last epoch.
   *
   * @param number of the round, from 0
   */
  public int epochOf(int number) {
    return round(Math.min(number, rounds - 1)).section().epoch();
  }

  /**
   * A round.
   *
   * @param number from 0, below {@link #rounds}
   */
  public PlannedRound round(int number) {
    Objects.checkIndex(number, rounds);
    if (number < head.size()) {
      return head.get(number);
    }
    int beyond = number - head.size();
    int epochs = beyond / epoch.size();
    PlannedRound planned = epoch.get(beyond % epoch.size());
    Section section = planned.section();
    int stepsPerEpoch = step(epoch) - step(head);
    return new PlannedRound(
        number,
        new Section(headEpochs + epochs, section.from(), section.to()),
        Math.toIntExact(planned.step() + (long) epochs * stepsPerEpoch),
        planned.steps(),
        planned.endsEpoch());
  }

  /** The number of global steps of the whole training. */
  public int steps() {
    return rounds == 0 ? 0 : endStep(round(rounds - 1));
  }

  /** Examples from the start of a round, numbered from 0, to the end of the training. */
  public long examplesFrom(int number) {
    return number >= rounds
        ? 0
        : end(round(rounds - 1).section())
            - end(round(number).section())
            + round(number).section().examples();
  }

  /** Examples from the start of the training to the end of a section. */
  private long end(Section section) {
    return section.epoch() * data.examplesPerEpoch() + section.to();
  }

  /**
   * Whether something that is done every so many rounds is due after a round; after the last round
   * it always is.
   *
   * @param round from 1
   * @param every 0 for only at the end
   */
  public boolean isDue(int round, int every) {
    return round == rounds() || (every > 0 && round % every == 0);
  }
}
