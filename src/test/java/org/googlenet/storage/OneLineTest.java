package org.googlenet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class OneLineTest {

  @Test
  void ofS3aItIsWhatTheStoreAnswered() {
    assertThat(
            answer(
                "s3a://b/x: getFileStatus on s3a://b/x: software.amazon.awssdk.services.s3.model.S3Exception:"
                    + " Forbidden (Service: S3, Status Code: 403, Request ID: 045AD):null"))
        .isEqualTo("Forbidden (Service: S3, Status Code: 403)");
    assertThat(
            answer(
                "getFileStatus on s3a://b/x: com.amazonaws.services.s3.model.AmazonS3Exception: Forbidden"
                    + " (Service: Amazon S3; Status Code: 403; Request ID: A; Proxy: null):403 Forbidden"))
        .isEqualTo("Forbidden (Service: Amazon S3; Status Code: 403)");
    assertThat(
            answer(
                "getFileStatus on s3a://b/x: software.amazon.awssdk.core.exception.SdkClientException: Unable"
                    + " to execute HTTP request: Connect to 127.0.0.1:1 failed: Connection refused:   "
                    + " software.amazon.awssdk.core.exception.SdkClientException: Unable to e..."))
        .isEqualTo(
            "Unable to execute HTTP request: Connect to 127.0.0.1:1 failed: Connection refused");
  }

  @Test
  void whatOthersSayStaysAsItIs() {
    assertThat(answer("/disk/x: No space left on device"))
        .isEqualTo("/disk/x: No space left on device");
    assertThat(answer(null)).isEqualTo("IOException");
  }

  private static String answer(String message) {
    return OneLine.answer(new IOException(message));
  }
}
