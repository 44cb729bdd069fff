package org.googlenet.prepare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Record;
import org.googlenet.data.format.Shard;
import org.googlenet.data.format.TarShard;
import org.googlenet.data.image.Decoder;
import org.googlenet.data.image.ImageEncoder;
import org.googlenet.data.image.UnreadableImage;
import org.googlenet.storage.StorageProblem;

/** Writes one shard of a data set, in a Spark task, and leaves out the images that are bad. */
final class ShardWriter {

  private final PrepareJob.Options options;
  private final UnfinishedSet unfinished;
  private final ShardTask task;
  private final Images images;

  /** The images of the shard, in its order; may be asked for more than once. */
  @FunctionalInterface
  interface Images {

    void read(ImageSource.Visitor visitor) throws IOException;
  }

  private ShardWriter(
      PrepareJob.Options options, UnfinishedSet unfinished, ShardTask task, Images images) {
    this.options = options;
    this.unfinished = unfinished;
    this.task = task;
    this.images = images;
  }

  /** Whether a shard is there already, from an earlier job over the same images. */
  static boolean isFinished(PrepareJob.Options options, UnfinishedSet unfinished, ShardTask task) {
    try {
      return unfinished.finished(task.name(), task.plan(options)).isPresent();
    } catch (IOException e) {
      throw StorageProblem.at(unfinished.location() + "/" + task.name(), e);
    }
  }

  /** Writes a shard of images where they lie, unless it {@link #isFinished}. */
  static WrittenShard written(
      PrepareJob.Options options, UnfinishedSet unfinished, ShardTask task) {
    return written(
        options,
        unfinished,
        task,
        visitor -> options.source().read(unfinished.stores(), task.images(), visitor));
  }

  /** Writes a shard of images that have been read, unless it {@link #isFinished}. */
  static WrittenShard written(
      PrepareJob.Options options, UnfinishedSet unfinished, ShardTask task, Images images) {
    try {
      return new ShardWriter(options, unfinished, task, images).written();
    } catch (IOException e) {
      throw StorageProblem.at(unfinished.location() + "/" + task.name(), e);
    }
  }

  private WrittenShard written() throws IOException {
    String plan = task.plan(options);
    Optional<Shard> finished = unfinished.finished(task.name(), plan);
    if (finished.isPresent()) {
      return new WrittenShard(finished.get(), new ArrayList<>(), new Omissions());
    }
    unfinished.forget(task.name());
    WrittenShard written = write();
    // One with bad images is made again, since they may be mended.
    if (written.leftOut().isEmpty()) {
      unfinished.note(written.shard(), plan);
    }
    return written;
  }

  private WrittenShard write() throws IOException {
    // A store that tries a write again asks for all records again.
    AtomicReference<Part> last = new AtomicReference<>();
    Shard shard =
        TarShard.write(
            unfinished.store(),
            task.name(),
            sink -> {
              last.set(new Part(sink));
              images.read(last.get());
            });
    return new WrittenShard(shard, last.get().leftOut, last.get().omissions);
  }

  /** Passes good images on, and notes the others. */
  private final class Part implements ImageSource.Visitor {

    private final TarShard.Sink sink;
    private final ArrayList<ImageRef> leftOut = new ArrayList<>();
    private final Omissions omissions = new Omissions();

    Part(TarShard.Sink sink) {
      this.sink = sink;
    }

    @Override
    public void image(ImageRef image, byte[] encoded) throws IOException {
      byte[] finished;
      try {
        finished = finished(options.shrinking(), encoded);
      } catch (UnreadableImage e) {
        leaveOut(
            image,
            Omission.IMAGE,
            "%s: image %s; mend or remove it"
                .formatted(options.source().nameOf(image), e.getMessage()));
        return;
      }
      sink.add(new Record(image.key(), finished, image.label()));
    }

    @Override
    public void gone(ImageRef image, DataProblem why) {
      leaveOut(image, Omission.GONE, why.getMessage());
    }

    private void leaveOut(ImageRef image, Omission why, String line) {
      leftOut.add(image);
      omissions.add(why, line);
    }
  }

  /** The image as it goes into the data set, after checking that it can be decoded. */
  static byte[] finished(PrepareJob.Shrinking shrinking, byte[] encoded) throws UnreadableImage {
    if (shrinking.shorterSide() > 0) {
      return ImageEncoder.shrink(encoded, shrinking.shorterSide(), shrinking.format());
    }
    Decoder.check(encoded);
    return encoded;
  }
}
