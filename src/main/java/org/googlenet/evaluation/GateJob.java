package org.googlenet.evaluation;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.BadRecordLimit;
import org.googlenet.data.Dataset;
import org.googlenet.data.format.DataProblem;
import org.googlenet.engine.EngineChoice;
import org.googlenet.engine.EngineSpec;
import org.googlenet.model.ModelZip;
import org.googlenet.registry.Champion;
import org.googlenet.registry.GateRecord;
import org.googlenet.registry.Models;
import org.googlenet.registry.SavedModel;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Metadata;
import org.googlenet.spark.EngineTask;
import org.googlenet.spark.TaskCores;

/**
 * Decides whether a challenger may replace the champion: evaluates both on the same records, and
 * stores the decision with the models.
 *
 * @param models where the champion is, if any
 * @param data to evaluate on
 * @param limit how many records of it that cannot be used are passed over
 * @param engine asks for the engine to evaluate a model with
 * @param chosen receives the engine that was chosen
 */
public record GateJob(
    JavaSparkContext spark,
    Models models,
    Dataset data,
    BadRecordLimit limit,
    Gate gate,
    WantedEngine engine,
    Consumer<EngineChoice> chosen) {

  /** Asks for an engine. */
  @FunctionalInterface
  public interface WantedEngine {

    /**
     * The engine that is wanted to evaluate a model.
     *
     * @param threads of a task
     */
    EngineSpec of(TrainedModel model, int threads);
  }

  /**
   * The result of the job.
   *
   * @param record the decision and its numbers
   * @param evaluation of the challenger; null if it is the champion already
   */
  public record Verdict(GateRecord record, Evaluation evaluation) {

    /**
     * Throws if the challenger is not to be promoted.
     *
     * @throws GateRefused if the gate said no
     */
    public void requireYes() {
      if (!record.isYes()) {
        throw new GateRefused(record.challenger().location(), record.reason());
      }
    }
  }

  /**
   * Decides, and writes the decision. A challenger that is already the champion is not evaluated.
   *
   * @throws CheckpointProblem if a model is missing or damaged
   * @throws DataProblem if a model has other classes than the data
   */
  public Verdict run(SavedModel challenger) throws IOException {
    TrainedModel model = TrainedModel.of(challenger);
    Optional<Champion> promotion = models.last();
    if (promotion.isEmpty()) {
      Evaluator.Result result = evaluate(model);
      GateRecord.Model one = described(challenger, model, result.hits().top1());
      long unread = result.evaluation().unread();
      return written(one, null, 0, unread, gate.decideFirst(result.hits()), result.evaluation());
    }
    SavedModel champion = models.model(promotion.get());
    TrainedModel other = TrainedModel.of(champion);
    int number = promotion.get().number();
    if (isSame(model, other)) {
      return already(challenger, champion, model, number);
    }
    Evaluator.Result result = evaluate(model);
    Hits hits = evaluate(other).hits();
    return written(
        described(challenger, model, result.hits().top1()),
        described(champion, other, hits.top1()),
        number,
        data.records() - hits.countRead(result.hits()),
        gate.decide(result.hits(), hits),
        result.evaluation());
  }

  /** The same parameters are another model if they see images otherwise. */
  private static boolean isSame(TrainedModel one, TrainedModel other) {
    return one.decoding().equals(other.decoding())
        && ModelZip.sha256(one.parameters()).equals(ModelZip.sha256(other.parameters()));
  }

  private Evaluator.Result evaluate(TrainedModel model) {
    model.requireClassesOf(data);
    EngineSpec wanted = engine.of(model, TaskCores.of(spark));
    EngineChoice choice = EngineTask.chooseForPasses(spark, wanted);
    chosen.accept(choice);
    return new Evaluator(spark, data, model.decoding(), wanted.batch(), limit)
        .result(choice.spec(), model.parameters(), model.side(), model.classes());
  }

  private static GateRecord.Model described(SavedModel saved, TrainedModel model, Double top1) {
    return new GateRecord.Model(
        saved.version(), saved.blobs().location(), ModelZip.sha256(model.parameters()), top1);
  }

  private Verdict already(
      SavedModel challenger, SavedModel champion, TrainedModel model, int number) {
    Double top1 = challenger.metadata().metrics().get(Metadata.TOP1);
    String reason = "it is the champion already, by promotion " + number;
    Gate.Decision decision = new Gate.Decision(true, reason, null, null, null, null);
    GateRecord record =
        record(
            described(challenger, model, top1),
            described(champion, model, top1),
            number,
            0,
            decision,
            GateRecord.CHAMPION_ALREADY);
    return new Verdict(record, null);
  }

  private Verdict written(
      GateRecord.Model challenger,
      GateRecord.Model champion,
      int number,
      long unread,
      Gate.Decision decision,
      Evaluation evaluation)
      throws IOException {
    String answer = decision.isYes() ? GateRecord.YES : GateRecord.NO;
    GateRecord record = record(challenger, champion, number, unread, decision, answer);
    record.write(models);
    return new Verdict(record, evaluation);
  }

  private GateRecord record(
      GateRecord.Model challenger,
      GateRecord.Model champion,
      int number,
      long unread,
      Gate.Decision decision,
      String answer) {
    return new GateRecord(
        answer,
        decision.reason(),
        challenger,
        champion,
        number,
        data.location(),
        data.fingerprint(),
        data.records(),
        unread == 0 ? null : unread,
        decision.difference(),
        decision.onlyChallenger(),
        decision.onlyChampion(),
        decision.p(),
        gate.margin(),
        gate.significance(),
        gate.minimumTop1());
  }
}
