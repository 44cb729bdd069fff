package org.googlenet.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.util.Set;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.security.AccessControlException;

/**
 * Classifies the errors of Hadoop's clients: what the user must fix, what is an answer, and what
 * may succeed with another try.
 */
final class HadoopErrors implements Errors {

  /** The most changes of an object while it is read; lease renewals are far fewer. */
  private static final int MOST_CHANGES = 50;

  private static final String CHANGED_IN_S3A = "RemoteFileChangedException";

  /** S3A's exceptions, by name: a cluster without S3A does not have these classes. */
  private static final Set<String> FINAL_OF_S3A =
      Set.of("AWSUnsupportedFeatureException", "NoVersionAttributeException");

  private static final String NO_BUCKET = "UnknownStoreException";
  private static final String REDIRECT = "AWSRedirectException";

  /** Whether this is an answer about a name, which is not a failure. */
  private static boolean isAnswer(IOException e) {
    return e instanceof FileNotFoundException
        || e instanceof FileAlreadyExistsException
        || e instanceof PathIsNotEmptyDirectoryException
        || e instanceof NameTaken
        || isChange(e);
  }

  /** Whether a call must not be made again, however the storage's error is classified. */
  static boolean isOver(IOException e) {
    return e instanceof Final
        || e.getCause() instanceof StorageProblem // retries further inside have given up
        || e instanceof ClosedByInterruptException
        || (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException));
  }

  @Override
  public Verdict judge(IOException e) {
    if (isFolder(e)) {
      return Verdict.REFUSED;
    }
    if (isAnswer(e)) {
      return Verdict.ANSWER;
    }
    if (isOver(e) || FINAL_OF_S3A.contains(name(e))) {
      return Verdict.FINAL;
    }
    if (isForbidden(e)) {
      return Verdict.FORBIDDEN;
    }
    return isRefused(e) ? Verdict.REFUSED : Verdict.PASSING;
  }

  /** Credentials, permissions or a clock; but a quota may be reported with the same status code. */
  private static boolean isForbidden(IOException e) {
    return switch (FailureKind.of(e)) {
      case CREDENTIALS, CLOCK -> true;
      case ROOM, BUSY -> false;
      default -> e instanceof AccessDeniedException || isBadRequest(e);
    };
  }

  private static boolean isRefused(IOException e) {
    return isNoFolder(e)
        || e instanceof AccessControlException
        || name(e).equals(NO_BUCKET)
        || name(e).equals(REDIRECT);
  }

  @Override
  public StorageRefused refused(String object, IOException e) {
    if (FailureKind.of(e) == FailureKind.CLOCK) {
      return new StorageRefused(FailureKind.line(object, e) + "; " + FailureKind.CLOCK.remedy(), e);
    }
    return new StorageRefused(object + ": " + remedy(e), e);
  }

  private static String remedy(IOException e) {
    if (isNoFolder(e)) {
      return "a file is in the way where a folder must be ("
          + OneLine.of(e)
          + "); move it, or name another place";
    }
    if (isFolder(e)) {
      return "is a folder; move it away, or name another place";
    }
    if (name(e).equals(NO_BUCKET)) {
      return "no such bucket; make it, or correct the URI";
    }
    if (name(e).equals(REDIRECT) || FailureKind.of(e) == FailureKind.REQUEST) {
      return "the store refuses the request ("
          + OneLine.answer(e)
          + "); check fs.s3a.endpoint and fs.s3a.endpoint.region, and whether the credentials have"
          + " expired";
    }
    if (e instanceof AccessDeniedException || isBadRequest(e)) {
      return "no access ("
          + FailureKind.answer(e)
          + "); check the credentials (fs.s3a.access.key and fs.s3a.secret.key, or what"
          + " fs.s3a.aws.credentials.provider names) and what the bucket lets them do";
    }
    if (FailureKind.of(e) == FailureKind.CREDENTIALS) {
      return "no access (" + OneLine.of(e) + "); get a Kerberos ticket (kinit) or a token";
    }
    return "no permission (" + OneLine.of(e) + "); give this user access";
  }

  /**
   * Whether the storage itself has answered, even if only that this user has no access: it is
   * there.
   */
  boolean isSignOfLife(IOException e) {
    Verdict verdict = judge(e);
    return verdict == Verdict.ANSWER
        || verdict == Verdict.FORBIDDEN
        || e instanceof AccessControlException;
  }

  private static boolean isBadRequest(IOException e) {
    return name(e).equals("AWSBadRequestException");
  }

  private static boolean isFolder(IOException e) {
    return OneLine.of(e).contains("must both be directories")
        || (e instanceof FileAlreadyExistsException && OneLine.of(e).endsWith("is a directory"));
  }

  /** HDFS reports it as a missing permission to traverse something that is not a folder. */
  static boolean isNoFolder(IOException e) {
    return e instanceof ParentNotDirectoryException
        || (e instanceof AccessControlException && OneLine.of(e).contains("not a directory"));
  }

  /**
   * Whether the storage refused a write because the name is taken (S3A's answer to 412 and 409).
   */
  static boolean isRefusedCreate(IOException e) {
    return name(e).equals(CHANGED_IN_S3A);
  }

  /** Whether the storage does not support what was asked (S3A's answer to 501). */
  static boolean isNotImplemented(IOException e) {
    return name(e).equals("AWSUnsupportedFeatureException");
  }

  /**
   * Reads an object again if it was replaced during the read, as a term is when its owner renews
   * it.
   */
  static <T> T untilUnchanged(Retries.Call<T> read) throws IOException {
    for (int left = MOST_CHANGES; ; left--) {
      try {
        return read.run();
      } catch (IOException e) {
        if (left == 0 || !isChange(e)) {
          throw e;
        }
      }
    }
  }

  /** Whether an object was replaced while it was read, so that none of it may be used. */
  static boolean isChange(IOException e) {
    return e instanceof Changed || name(e).equals(CHANGED_IN_S3A);
  }

  private static String name(IOException e) {
    return e.getClass().getSimpleName();
  }

  /** An error of our own that another try would not fix. */
  static class Final extends IOException {

    private static final long serialVersionUID = 1L;

    Final(String message) {
      super(message);
    }

    Final(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The object is no longer the one that was opened. */
  static final class Changed extends Final {

    private static final long serialVersionUID = 1L;

    Changed(String message) {
      super(message);
    }
  }
}
