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
final class HadoopErrors {

  private static final String CHANGED_IN_S3A = "RemoteFileChangedException";

  /** S3A's, by name: a cluster without S3A has no such classes. */
  private static final Set<String> FINAL_OF_S3A =
      Set.of(
          CHANGED_IN_S3A,
          "AWSRedirectException",
          "AWSUnsupportedFeatureException",
          "NoVersionAttributeException");

  private HadoopErrors() {}

  /** Whether the same call would fail again, or must not be made again. */
  static boolean isFinal(IOException e) {
    return e instanceof FileNotFoundException
        || e instanceof FileAlreadyExistsException
        || e instanceof ParentNotDirectoryException
        || e instanceof PathIsNotEmptyDirectoryException
        || e instanceof Final
        || e.getCause() instanceof StorageProblem // given up by retries further inside
        || e instanceof ClosedByInterruptException
        || (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException))
        || FINAL_OF_S3A.contains(name(e));
  }

  /**
   * Ends a call that the user must mend.
   *
   * @throws StorageRefused with the remedy
   */
  static void throwIfRefused(String object, IOException e) {
    if (isNoFolder(e)) {
      throw new StorageRefused(
          object
              + ": a file is in the way where a folder must be ("
              + OneLine.of(e)
              + "); move it, or name another place",
          e);
    }
    if (e instanceof AccessControlException) {
      throw new StorageRefused(
          object + ": no permission (" + OneLine.of(e) + "); give this user access", e);
    }
    if (e instanceof AccessDeniedException) {
      throw new StorageRefused(
          object
              + ": no access ("
              + OneLine.answer(e)
              + "); check the credentials (fs.s3a.access.key and fs.s3a.secret.key, or what"
              + " fs.s3a.aws.credentials.provider names) and what the bucket lets them do",
          e);
    }
    if (name(e).equals("UnknownStoreException")) {
      throw new StorageRefused(object + ": no such bucket; make it, or correct the URI", e);
    }
    if (OneLine.of(e).contains("must both be directories")
        || (e instanceof FileAlreadyExistsException && OneLine.of(e).endsWith("is a directory"))) {
      throw new StorageRefused(object + ": is a folder; move it away, or name another place", e);
    }
  }

  /**
   * Whether storage itself has said so: it is there. It may let a user read an object and yet not
   * ask whether a folder exists.
   */
  static boolean isAnswer(IOException e) {
    boolean noCredentials =
        OneLine.of(e).contains("NoAuthWithAWSException")
            || OneLine.of(e).contains("CredentialInitializationException");
    return e instanceof FileNotFoundException
        || e instanceof AccessControlException
        || (e instanceof AccessDeniedException && !noCredentials);
  }

  /** A request that the store does not understand: wrong region, wrong kind of endpoint. */
  static void throwIfMisdirected(String location, IOException e) {
    if (name(e).equals("AWSBadRequestException") || name(e).equals("AWSRedirectException")) {
      throw new StorageRefused(
          location
              + ": the store refuses the request ("
              + OneLine.answer(e)
              + "); check fs.s3a.endpoint and fs.s3a.endpoint.region",
          e);
    }
  }

  /** HDFS words it as a missing permission to pass through what is no folder. */
  static boolean isNoFolder(IOException e) {
    return e instanceof ParentNotDirectoryException
        || (e instanceof AccessControlException && OneLine.of(e).contains("not a directory"));
  }

  /** The storage refused a write because the name is taken (S3A's answer to 412 and 409). */
  static boolean isRefusedCreate(IOException e) {
    return name(e).equals("RemoteFileChangedException");
  }

  /** The storage cannot do what was asked (S3A's answer to 501). */
  static boolean isNotImplemented(IOException e) {
    return name(e).equals("AWSUnsupportedFeatureException");
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
