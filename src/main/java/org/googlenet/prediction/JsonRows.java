package org.googlenet.prediction;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes each row as a line of JSON. */
final class JsonRows implements RowWriter {

  private static final JsonMapper JSON = new JsonMapper();

  private final BufferedWriter out;

  JsonRows(Path file) throws IOException {
    this.out = Files.newBufferedWriter(file);
  }

  @Override
  public void write(PredictionRow row) throws IOException {
    out.write(JSON.writeValueAsString(row));
    out.write('\n');
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
