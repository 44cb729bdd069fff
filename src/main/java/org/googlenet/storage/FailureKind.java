package org.googlenet.storage;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong when storage fails for a time, and what a user can do about it. */
enum FailureKind {
  CREDENTIALS(
      "the credentials are refused",
      "renew them, and look whether what they may do was changed",
      "ExpiredToken|ExpiredTokenException|TokenRefreshRequired|InvalidToken|InvalidAccessKeyId"
          + "|SignatureDoesNotMatch|NoAuthWithAWSException|NoAwsCredentialsException"
          + "|CredentialInitializationException|Unable to load credentials"
          + "|Client cannot authenticate via|GSS initiate failed"),
  CLOCK(
      "the clock of this machine differs from the storage's",
      "set it by NTP",
      "RequestTimeTooSkewed|RequestExpired"),
  ROOM(
      "no room",
      "make room there, or raise the quota",
      "QuotaExceeded|XMinioStorageFull|XMinioStorageQuotaExceeded|InsufficientStorage"
          + "|Status Code: 507|No space left on device|Disk quota exceeded"
          + "|\\w*QuotaExceededException|could only be written to 0 of"),
  OPEN_FILES(
      "too many open files", "raise the limit (ulimit -n)", "Too many open files( in system)?"),
  ACCESS(
      "access is refused",
      "look whether the credentials, or what they may do, were changed",
      "AccessDeniedException|AccessDenied|Status Code: 403"),
  BUSY(
      "",
      "check that the storage is up and not overloaded",
      "SlowDown|KMS\\.Throttling\\w*|Throttling\\w*|TooManyRequests|RequestTimeout|Status Code: 503"),
  REQUEST(
      "the request is refused",
      "look whether the credentials have expired",
      "AWSBadRequestException"),
  OTHER("", "check that the storage is up", "(?!)");

  /** An error code as S3 spells it, and not the name of a Java exception. */
  private static final Pattern CODE = Pattern.compile("KMS\\.\\w+|[A-Za-z]+(?<!Exception)");

  private final String what;
  private final String remedy;
  private final Pattern signs;

  FailureKind(String what, String remedy, String signs) {
    this.what = what;
    this.remedy = remedy;
    this.signs = Pattern.compile("(?<!\\w)(" + signs + ")(?!\\w)");
  }

  static FailureKind of(Throwable e) {
    String text = words(e);
    for (FailureKind kind : values()) {
      if (kind.signs.matcher(text).find()) {
        return kind;
      }
    }
    return OTHER;
  }

  /** What the storage answered about an object, as one line without a remedy. */
  static String line(String object, Throwable e) {
    String answer = OneLine.answer(e);
    FailureKind kind = of(e);
    String said = (kind.what.isEmpty() ? "" : kind.what + ": ") + kind.named(e, answer);
    return answer.startsWith(object) ? said : object + ": " + said;
  }

  /** Whether the storage may be able to give a more precise reason. */
  boolean isVague() {
    return this == ACCESS || this == REQUEST || this == OTHER;
  }

  String remedy() {
    return remedy;
  }

  /** The answer with the storage's own error code, which S3 clients often leave out. */
  static String answer(Throwable e) {
    return of(e).named(e, OneLine.answer(e));
  }

  private String named(Throwable e, String answer) {
    Matcher sign = signs.matcher(words(e));
    while (sign.find()) {
      String word = sign.group();
      if (CODE.matcher(word).matches()) {
        return answer.contains(word) ? answer : word + ", " + answer;
      }
    }
    return answer;
  }

  /** The messages of an error and its causes, with the names of their classes. */
  private static String words(Throwable e) {
    StringBuilder words = new StringBuilder();
    int depth = 0;
    for (Throwable each = e; each != null && depth < 10; each = each.getCause()) {
      words
          .append(each.getClass().getSimpleName())
          .append(' ')
          .append(each.getMessage())
          .append('\n');
      depth++;
    }
    return words.toString();
  }
}
