package org.googlenet.bench;

import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;

/** Keeps what a training of the convergence study tells last, and says its rounds to stderr. */
final class StudyListener implements TrainingListener {

  private TrainingEvent.RunStarted started;
  private TrainingEvent.RoundFinished round;
  private TrainingEvent.Evaluated evaluated;

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.RunStarted begin) {
      started = begin;
    } else if (event instanceof TrainingEvent.RoundFinished end) {
      round = end;
    } else if (event instanceof TrainingEvent.Evaluated evaluation) {
      evaluated = evaluation;
    }
    System.err.println("bench: " + event.text());
  }

  String engine() {
    return started == null ? null : started.engine() + " " + started.precision();
  }

  String instructions() {
    return started == null ? null : started.instructions();
  }

  Double trainingLoss() {
    return round == null || Double.isNaN(round.loss().of("main")) ? null : round.loss().of("main");
  }

  Double top1() {
    return evaluated == null ? null : evaluated.top1();
  }

  Double loss() {
    return evaluated == null ? null : evaluated.loss().of("main");
  }

  Long evaluatedOn() {
    return evaluated == null ? null : evaluated.examples();
  }
}
