package org.googlenet.ml;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.googlenet.evaluation.TrainedModel;
import org.googlenet.registry.SavedModel;
import org.googlenet.run.StateFile;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;

/**
 * The files of a model, byte by byte as a training wrote them: they are saved with a stage, and
 * {@code googlenet} opens them too.
 *
 * @param location where they were read, for messages
 * @param zip the {@code model.zip}
 * @param state the {@code state.json}; empty for a {@code model.zip} of elsewhere
 */
@SuppressWarnings("ArrayRecordComponent")
record ModelFiles(String location, byte[] zip, Optional<byte[]> state) {

  private static final String FOLDER = "data";

  /**
   * Reads those of anything that {@link TrainedModel#open} accepts.
   *
   * @throws StorageProblem if storage cannot be read
   */
  static ModelFiles open(Stores stores, String location) {
    try {
      if (location.endsWith(".zip")) {
        return new ModelFiles(
            location,
            TrainedModel.zip(stores, location),
            TrainedModel.stateBeside(stores, location));
      }
      SavedModel model = SavedModel.open(stores, location);
      return new ModelFiles(
          model.blobs().location(),
          model.blobs().bytes(TrainedModel.MODEL),
          Optional.of(model.blobs().bytes(StateFile.NAME)));
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }

  /** The model in them. */
  TrainedModel model() {
    try {
      return TrainedModel.of(location, zip, state);
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }

  /** Writes them into the folder of a saved stage. */
  void save(String stage, Configuration hadoop) {
    Path folder = new Path(stage, FOLDER);
    try {
      FileSystem files = folder.getFileSystem(hadoop);
      write(files, new Path(folder, TrainedModel.MODEL), zip);
      if (state.isPresent()) {
        write(files, new Path(folder, StateFile.NAME), state.get());
      }
    } catch (IOException e) {
      throw StorageProblem.at(stage, e);
    }
  }

  private static void write(FileSystem files, Path file, byte[] content) throws IOException {
    try (FSDataOutputStream out = files.create(file, true)) {
      out.write(content);
    }
  }

  /** Reads those of the folder of a saved stage. */
  static ModelFiles load(String stage, Configuration hadoop) {
    Path folder = new Path(stage, FOLDER);
    try {
      FileSystem files = folder.getFileSystem(hadoop);
      Path state = new Path(folder, StateFile.NAME);
      return new ModelFiles(
          folder.toString(),
          read(files, new Path(folder, TrainedModel.MODEL)),
          files.exists(state) ? Optional.of(read(files, state)) : Optional.empty());
    } catch (IOException e) {
      throw StorageProblem.at(stage, e);
    }
  }

  private static byte[] read(FileSystem files, Path file) throws IOException {
    try (FSDataInputStream in = files.open(file)) {
      return in.readAllBytes();
    }
  }
}
