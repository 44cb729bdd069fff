package org.googlenet.prediction;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.googlenet.data.format.DataProblem;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.Stores;

/**
 * What lies in an output beside the parts. Until all parts are there: {@code
 * _predictions-unfinished.json}, which says what they are of, and a note for each that is finished,
 * {@code _finished/part-00000.parquet.json}. Then {@code _predictions.json}, the manifest, which is
 * written last, in their place. Spark and others pass over names that begin with an underscore.
 *
 * @param location of the output
 */
record PredictionFiles(Stores stores, String location) implements Serializable {

  /** The name of the manifest. */
  static final String MANIFEST = "_predictions.json";

  private static final String BEGUN = "_predictions-unfinished.json";
  private static final String FORMAT = "googlenet-predictions";
  private static final int VERSION = 1;
  private static final int LARGEST = 64 << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  ObjectStore store() {
    return stores.open(location);
  }

  /**
   * What says which predictions these are.
   *
   * @param of all that decides the bytes of the parts, by names that a user knows
   */
  private record Begun(String format, int version, Map<String, String> of) {}

  /**
   * The manifest.
   *
   * @param of all that decides the bytes of the parts, by names that a user knows
   * @param model where it was
   * @param data where it was
   * @param kind of the data
   * @param rows of all parts
   * @param unreadable how many of them have an error
   * @param parts in the order of the data
   */
  record Manifest(
      String format,
      int version,
      Map<String, String> of,
      String model,
      String data,
      String kind,
      long rows,
      long unreadable,
      List<PartResult> parts) {

    Manifest {
      parts = List.copyOf(parts);
    }
  }

  /**
   * Says what the parts are of; the first job with an output does.
   *
   * @param identity all that decides their bytes, by names that a user knows
   * @return the parts of the manifest, if there is one
   * @throws DataProblem if there are parts of something else, or other objects
   */
  List<PartResult> begin(Map<String, String> identity) throws IOException {
    Optional<Manifest> manifest = read(MANIFEST, Manifest.class);
    if (manifest.isPresent()) {
      Manifest there = manifest.get();
      requireSame(identity, new Begun(there.format(), there.version(), there.of()), MANIFEST);
      return there.parts();
    }
    if (read(BEGUN, Begun.class).isEmpty()) {
      requireEmpty();
    }
    Begun begun = new Begun(FORMAT, VERSION, identity);
    try {
      store().create(BEGUN, ObjectStore.Body.of(JSON.writeValueAsBytes(begun)));
    } catch (FileAlreadyExistsException e) {
      Begun other = read(BEGUN, Begun.class).orElseThrow(() -> e);
      requireSame(identity, other, BEGUN);
    }
    return List.of();
  }

  private void requireEmpty() throws IOException {
    for (ObjectStore.Entry entry : store().list("")) {
      if (!entry.name().startsWith("_")) {
        throw new DataProblem(
            "%s/%s: is in the way, since all that lies there is read as predictions; name an empty --output"
                .formatted(location, entry.name()));
      }
    }
  }

  private void requireSame(Map<String, String> identity, Begun there, String name) {
    if (!FORMAT.equals(there.format()) || there.version() != VERSION || there.of() == null) {
      throw new DataProblem(
          "%s/%s: is not what this version writes; name another --output"
              .formatted(location, name));
    }
    for (Map.Entry<String, String> each : identity.entrySet()) {
      String was = there.of().get(each.getKey());
      if (!each.getValue().equals(was)) {
        throw new DataProblem(
            "%s: holds predictions with %s %s, and this command has %s; name another --output, or give that command again to go on"
                .formatted(location, each.getKey(), was, each.getValue()));
      }
    }
  }

  private <T> Optional<T> read(String name, Class<T> type) throws IOException {
    try {
      return Optional.of(JSON.readValue(store().readBytes(name, LARGEST), type));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new DataProblem(
          "%s/%s: is damaged; name another --output".formatted(location, name), e);
    }
  }

  /** The result of a part that is finished and still there. */
  Optional<PartResult> finished(String part) throws IOException {
    try {
      PartResult note = JSON.readValue(store().readBytes(noteOf(part), LARGEST), PartResult.class);
      return Optional.of(note).filter(result -> result.name().equals(part));
    } catch (FileNotFoundException | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Whether the object of a part is there. */
  boolean isThere(PartResult part) throws IOException {
    return store().length(part.name()).equals(OptionalLong.of(part.bytes()));
  }

  /** Says that a part is finished. */
  void note(PartResult result) throws IOException {
    store().overwrite(noteOf(result.name()), ObjectStore.Body.of(JSON.writeValueAsBytes(result)));
  }

  /** The names of all that a job with these parts writes. */
  List<String> names(List<String> parts) {
    List<String> names = new ArrayList<>(List.of(MANIFEST, BEGUN));
    for (String part : parts) {
      names.add(part);
      names.add(noteOf(part));
    }
    return names;
  }

  /** Writes the manifest. */
  void end(Map<String, String> identity, String model, PredictionPlan plan, List<PartResult> parts)
      throws IOException {
    Manifest manifest =
        new Manifest(
            FORMAT,
            VERSION,
            identity,
            model,
            plan.place(),
            plan.kind(),
            parts.stream().mapToLong(PartResult::rows).sum(),
            parts.stream().mapToLong(PartResult::unreadable).sum(),
            parts);
    store().overwrite(MANIFEST, ObjectStore.Body.of(JSON.writeValueAsBytes(manifest)));
  }

  /** Removes what is of no more use once the manifest is there. */
  void tidy() throws IOException {
    for (ObjectStore.Entry note : store().list("_finished")) {
      store().delete(note.name());
    }
    store().delete(BEGUN);
  }

  private static String noteOf(String part) {
    return "_finished/" + part + ".json";
  }
}
