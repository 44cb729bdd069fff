package org.googlenet.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.client.HdfsDataInputStream;
import org.apache.hadoop.util.functional.FutureIO;

/** Opens objects behind Hadoop's clients as streams that survive broken connections. */
record HadoopReader(FileSystem files, Retries retries) {

  /** Up to this distance, reading on is cheaper than another request. */
  private static final long NEAR = 1 << 20;

  /**
   * Up to this length, a range is a request of its own, whose connection can then be used again.
   */
  private static final long SHORT_RANGE = 16 << 20;

  /**
   * Opens some bytes of an object, or fewer if it ends before that.
   *
   * @param location the store that contains it
   * @param object for messages
   * @throws FileNotFoundException if it does not exist
   */
  InputStream open(String location, String object, Path path, long offset, long length)
      throws IOException {
    Request request = new Request(Verb.READ, location, object);
    FileStatus status = files.getFileStatus(path);
    retries.allow(request);
    if (status.isDirectory()) {
      throw new FileNotFoundException(object + ": is a folder, not an object");
    }
    long from = Math.min(offset, status.getLen());
    long to = from + Math.min(length, status.getLen() - from);
    ResumingStream.Opener opener =
        position -> openAt(position == from ? status : unchanged(object, status), position, to);
    return new ResumingStream(opener, from, to, retries, request).buffered();
  }

  private FileStatus unchanged(String object, FileStatus before) throws IOException {
    FileStatus now = files.getFileStatus(before.getPath());
    if (now.getLen() != before.getLen()
        || now.getModificationTime() != before.getModificationTime()) {
      throw new HadoopErrors.Changed(
          String.format(
              Locale.ROOT,
              "%s: changed while it was read (%d bytes of %tFT%<tT.%<tL, then %d of %tFT%<tT.%<tL)",
              object,
              before.getLen(),
              before.getModificationTime(),
              now.getLen(),
              now.getModificationTime()));
    }
    return now;
  }

  /** HDFS opens whatever has the name now; S3A asks for the object of the status, by its ETag. */
  private static void requireLength(FSDataInputStream in, FileStatus status) throws IOException {
    long now =
        in instanceof HdfsDataInputStream opened ? opened.getVisibleLength() : status.getLen();
    if (now != status.getLen()) {
      in.close();
      throw new HadoopErrors.Changed(
          String.format(
              Locale.ROOT,
              "%s: changed while it was opened (%d bytes, then %d)",
              status.getPath(),
              status.getLen(),
              now));
    }
  }

  private FSDataInputStream openAt(FileStatus status, long from, long to) throws IOException {
    long length = to - from;
    boolean range = length < status.getLen() && length <= SHORT_RANGE;
    String policy = range ? "random" : "sequential";
    FSDataInputStream in =
        FutureIO.awaitFuture(
            files
                .openFile(status.getPath())
                .withFileStatus(status)
                // One option, by its names in S3A 3.4 and before. HDFS does not know either of
                // them.
                .opt("fs.option.openfile.read.policy", policy)
                .opt("fs.s3a.experimental.input.fadvise", policy)
                .opt("fs.s3a.readahead.range", Long.toString(range ? length : NEAR))
                .build());
    requireLength(in, status);
    in.seek(from);
    return in;
  }
}
