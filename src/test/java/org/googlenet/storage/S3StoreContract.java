package org.googlenet.storage;

import java.util.UUID;
import org.googlenet.S3Server;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** The contract on a real S3 server. */
abstract class S3StoreContract extends ObjectStoreContract {

  static final String BUCKET = S3Server.shared().newBucket();

  final String location = "s3a://" + BUCKET + "/runs/" + UUID.randomUUID();

  @Override
  protected ObjectStore beside() {
    return new Stores(S3Server.shared().properties()).open(location + ".old-1");
  }

  @Override
  protected boolean moves() {
    return false;
  }

  @Override
  @Test
  @Disabled("S3Proxy keeps objects as files and answers 500 to a name below one; S3 knows no below")
  void nothingLiesBelowAnObject() {}

  /** S3Proxy compares an ETag and then opens the file, which may be the next one by then. */
  @Override
  protected boolean isOfOneMoment() {
    return false;
  }
}
