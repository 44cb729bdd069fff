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
 * Tells the errors of Hadoop's clients apart: what the user must mend, what is an answer, and what
 * another try may mend.
 */
final class HadoopErrors implements Errors {

  /** While one object is read; far more than a lease's renewals can be. */
  private static final int MOST_CHANGES = 50;

  private static final String CHANGED_IN_S3A = "RemoteFileChangedException";

  /** S3A's, by name: a cluster without S3A has no such classes. */
  private static final Set<String> FINAL_OF_S3A =
      Set.of("AWSUnsupportedFeatureException", "NoVersionAttributeException");

  private static final String NO_BUCKET = "UnknownStoreException";
  private static final String REDIRECT = "AWSRedirectException";

  /** What the storage says of a name, which is no failure. */
  private static boolean isAnswer(IOException e) {
    return e instanceof FileNotFoundException
        || e instanceof FileAlreadyExistsException
        || e instanceof PathIsNotEmptyDirectoryException
        || e instanceof NameTaken
        || isChange(e);
  }

  /** Whether a call must not be made again, whatever the storage thinks of it. */
  static boolean isOver(IOException e) {
    return e instanceof Final
        || e.getCause() instanceof StorageProblem // given up by retries further inside
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

  /** Credentials, rights, or a clock; but a quota may be told with the same number. */
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

  /** Whether storage itself has said so, if only that this user may not look: it is there. */
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

  /** HDFS words it as a missing permission to pass through what is no folder. */
  static boolean isNoFolder(IOException e) {
    return e instanceof ParentNotDirectoryException
        || (e instanceof AccessControlException && OneLine.of(e).contains("not a directory"));
  }

  /** The storage refused a write because the name is taken (S3A's answer to 412 and 409). */
  static boolean isRefusedCreate(IOException e) {
    return name(e).equals(CHANGED_IN_S3A);
  }

  /** The storage cannot do what was asked (S3A's answer to 501). */
  static boolean isNotImplemented(IOException e) {
    return name(e).equals("AWSUnsupportedFeatureException");
  }

  /** What is replaced while it is read, as a term is that its owner renews, is read again. */
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

  /** Whether an object was replaced while it was read, so that nothing of it may be used. */
  static boolean isChange(IOException e) {
    return e instanceof Changed || name(e).equals(CHANGED_IN_S3A);
  }

  private static String name(IOException e) {
    return e.getClass().getSimpleName();
  }

  /** An error of our own that no further try mends. */
  static class Final extends IOException {

    private static final long serialVersionUID = 1L;

    Final(String message) {
      super(message);
    }

    Final(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The object is another one than when it was opened. */
  static final class Changed extends Final {

    private static final long serialVersionUID = 1L;

    Changed(String message) {
      super(message);
    }
  }
}
