package org.googlenet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.googlenet.storage.Errors.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of the kernel's errors pass; each comes with a path or, of an open file, without. */
class FileErrorsTest {

  private final FileErrors errors = new FileErrors();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Input/output error", // EIO
        "Stale file handle", // ESTALE
        "No space left on device", // ENOSPC
        "Disk quota exceeded", // EDQUOT
        "Too many open files", // EMFILE
        "Too many open files in system", // ENFILE
        "Interrupted system call", // EINTR
        "Resource temporarily unavailable", // EAGAIN
        "Connection timed out", // ETIMEDOUT
        "Host is down", // EHOSTDOWN
        "Transport endpoint is not connected", // ENOTCONN
        "Connection reset by peer", // ECONNRESET
        "Remote I/O error", // EREMOTEIO
        "Text file busy", // ETXTBSY
        "Device or resource busy", // EBUSY
        "Cannot allocate memory" // ENOMEM
      })
  void whatMayPassIsTriedAgain(String words) {
    assertThat(errors.judge(new FileSystemException("/x", null, words))).isEqualTo(Verdict.PASSING);
    assertThat(errors.judge(new IOException(words))).isEqualTo(Verdict.PASSING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Operation not permitted", // EPERM
        "Read-only file system", // EROFS
        "Not a directory", // ENOTDIR
        "Is a directory", // EISDIR
        "File name too long", // ENAMETOOLONG
        "Too many levels of symbolic links", // ELOOP
        "File too large", // EFBIG
        "Invalid argument" // EINVAL
      })
  void whatStaysIsAUsersToMend(String words) {
    for (IOException e :
        new IOException[] {new FileSystemException("/x", null, words), new IOException(words)}) {
      assertThat(errors.judge(e)).isEqualTo(Verdict.REFUSED);
      assertThat(errors.refused("runs/x", e))
          .hasMessageStartingWith("runs/x: ")
          .hasMessageContaining(";");
    }
  }

  @Test
  void anAnswerIsNoFailure() {
    assertThat(errors.judge(new NoSuchFileException("/x"))).isEqualTo(Verdict.ANSWER);
    assertThat(errors.judge(new FileNotFoundException("/x"))).isEqualTo(Verdict.ANSWER);
    assertThat(errors.judge(new FileAlreadyExistsException("/x"))).isEqualTo(Verdict.ANSWER);
    assertThat(errors.judge(new AccessDeniedException("/x"))).isEqualTo(Verdict.REFUSED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Operation not permitted",
        "Operation not supported",
        "Function not implemented",
        "Too many links",
        "Invalid cross-device link"
      })
  void aFileSystemWithoutHardLinksIsKnown(String words) {
    assertThat(FileErrors.isNoLinks(new FileSystemException("/x", "/y", words))).isTrue();
    assertThat(errors.judge(new FileErrors.NoLinks(null))).isEqualTo(Verdict.REFUSED);
  }
}
