package org.googlenet.spark;

import java.util.Optional;
import org.googlenet.common.Failure;
import org.googlenet.common.Problem;

/**
 * A Spark job failed: one of its tasks failed, or Spark gave it up. The cause is Spark's exception,
 * and the task's error is among its causes.
 *
 * <p>Spark's own exception is a checked one that its methods do not declare, so that in Java
 * neither {@code catch (SparkException e)} nor {@code catch (RuntimeException e)} would catch it.
 */
public final class JobFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private JobFailure(Exception failure) {
    super("a worker failed: " + firstLine(Failure.root(failure)), failure);
  }

  /**
   * What to throw when a job fails: the {@link Problem} of a worker; a {@link JobProblem} if Spark
   * gave the job up; an unchecked exception as it is; anything else as a {@link JobFailure}.
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
    return failure instanceof RuntimeException unchecked ? unchecked : new JobFailure(failure);
  }

  private static String firstLine(Throwable failure) {
    return failure.toString().lines().findFirst().orElse("");
  }
}
