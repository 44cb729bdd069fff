package org.googlenet.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;
import org.googlenet.recipe.Recipe;

/**
 * What came of one run of the convergence study, as a line of JSON has it.
 *
 * @param run the run's name
 * @param method the outer optimiser, or {@code dl4j} for dl4j-spark's own master
 * @param compression of what travels in a round
 * @param localSteps the number that the run ended with
 * @param localStepsSettled sequential steps after which it had that number; with a warm-up it had 1
 *     before
 * @param rate base of the learning rate
 * @param rateWarmUp sequential steps over which the rate was reached
 * @param steps sequential steps: those that one worker makes one after the other
 * @param trainingLoss of the main head in the last round; null where the master tells none
 * @param top1 share of the validation images, after the last round; null if the run diverged
 * @param loss of the main head on the validation images
 * @param seconds wall time, the evaluation included
 * @param processorSeconds the same in time of all cores
 * @param instructions instruction sets that the engine went by
 * @param problem why there is no result; null if there is one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record StudyResult(
    String run,
    String method,
    double outerMomentum,
    double outerRate,
    String compression,
    int workers,
    int localSteps,
    long localStepsSettled,
    int batch,
    double rate,
    int rateWarmUp,
    long seed,
    long examples,
    long steps,
    int rounds,
    Double trainingLoss,
    Double top1,
    Double loss,
    Long evaluatedOn,
    double seconds,
    double processorSeconds,
    String engine,
    String instructions,
    String problem) {

  static StudyResult of(StudyRun run, StudyListener heard, Cost cost, String problem) {
    Recipe recipe = run.recipe();
    Recipe.Outer outer = recipe.averaging().outer();
    boolean dl4j = recipe.averaging().master() == Recipe.Master.DL4J;
    return new StudyResult(
        run.name(),
        dl4j ? "dl4j" : outer.kind().name().toLowerCase(Locale.ROOT),
        outer.momentum(),
        outer.rate(),
        recipe.averaging().compression().name().toLowerCase(Locale.ROOT),
        recipe.averaging().workers(),
        recipe.averaging().localSteps().last(),
        recipe.averaging().localSteps().settled(),
        recipe.training().batch(),
        recipe.learningRate().base(),
        recipe.learningRate().warmUp(),
        recipe.training().seed(),
        run.examples(),
        run.sequentialSteps(),
        recipe.training().length().count(),
        heard.trainingLoss(),
        heard.top1(),
        heard.loss(),
        heard.evaluatedOn(),
        cost.seconds(),
        cost.processorSeconds(),
        heard.engine(),
        heard.instructions(),
        problem);
  }

  /** What a run took, in seconds. */
  record Cost(double seconds, double processorSeconds) {}
}
