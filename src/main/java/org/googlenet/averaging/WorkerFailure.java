package org.googlenet.averaging;

import java.util.Optional;
import org.googlenet.common.Failure;
import org.googlenet.common.Problem;
import org.googlenet.spark.JobProblem;

/**
 * A round could not be ended: a worker failed, or Spark ended its job. The cause is what Spark
 * says, and the worker's error is among the causes.
 *
 * <p>Spark's own exception is a checked one that its methods do not declare, so that neither {@code
 * catch (SparkException e)} nor {@code catch (RuntimeException e)} would do in Java.
 */
public final class WorkerFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private WorkerFailure(Exception failure) {
    super("a worker failed: " + firstLine(Failure.root(failure)), failure);
  }

  /**
   * What to throw for a failure of a job: the {@link Problem} of a worker, what Spark gave it up
   * for, an unchecked exception as it is, anything else as a worker's failure.
   */
  public static RuntimeException of(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem problem) {
        return problem;
      }
    }
    Optional<JobProblem> problem = JobProblem.of(failure);
    if (problem.isPresent()) {
      return problem.get();
    }
    return failure instanceof RuntimeException unchecked ? unchecked : new WorkerFailure(failure);
  }

  private static String firstLine(Throwable failure) {
    return failure.toString().lines().findFirst().orElse("");
  }
}
