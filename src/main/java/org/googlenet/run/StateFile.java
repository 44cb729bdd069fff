package org.googlenet.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code state.json} of a checkpoint says beside the vectors: how far the training was, what
 * the network's outputs mean, and everything that must, or should, be the same when the training
 * goes on.
 *
 * @param version of this format; 1 is that of version 0.1.0, which stored its values as text
 * @param identity the recipe's keys that the result depends on, each with its value as text
 * @param data what the model was trained on
 * @param initial the model that the run began with; null if it began with parameters of its own
 * @param arithmetic what the last bits of the result depend on, beside the recipe
 * @param kept which driver kept the state on its own machine; null in a run
 */
public record StateFile(
    int version,
    Counters counters,
    SortedMap<String, String> identity,
    Data data,
    Initial initial,
    Arithmetic arithmetic,
    Kept kept) {

  /** The name of this blob in a checkpoint and in a promoted model. */
  public static final String NAME = "state.json";

  private static final int VERSION = 2;

  public StateFile {
    Objects.requireNonNull(counters, "counters");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(arithmetic, "arithmetic");
    identity = Collections.unmodifiableSortedMap(new TreeMap<>(identity));
  }

  /** The state of a training, in the current format. */
  public static StateFile of(
      Counters counters,
      SortedMap<String, String> identity,
      Data data,
      Optional<Initial> initial,
      Arithmetic arithmetic) {
    return new StateFile(VERSION, counters, identity, data, initial.orElse(null), arithmetic, null);
  }

  /**
   * How far the training was.
   *
   * @param round rounds done
   * @param step global steps done
   * @param examples examples trained on since the run began
   * @param rewinds how often the training went back
   * @param leftOver examples that cut rounds left to the next ones
   */
  public record Counters(int round, int step, long examples, int rewinds, long leftOver) {

    /** The counters by name, as a manifest has them. */
    public Map<String, Long> byName() {
      return Map.of(
          "round", (long) round,
          "step", (long) step,
          "examples", examples,
          "rewinds", (long) rewinds,
          "leftOver", leftOver);
    }
  }

  /**
   * The data that the model was trained on.
   *
   * @param fingerprint of the data set
   * @param classNames in the order of the labels; empty if they are not known
   * @param augmentation the recipe's name for it
   */
  public record Data(String fingerprint, List<String> classNames, String augmentation) {

    public Data {
      Objects.requireNonNull(fingerprint, "fingerprint");
      Objects.requireNonNull(augmentation, "augmentation");
      classNames = List.copyOf(classNames);
    }
  }

  /**
   * What the run began with.
   *
   * @param from the model's location, as it was named then
   * @param parametersSha256 SHA-256 of the parameters that the run began with, whatever the
   *     location contains later: the model's, but for layers that got fresh weights
   */
  public record Initial(String from, String parametersSha256) {}

  /**
   * What the last bits of the result depend on, beside the recipe. A value is null if the version
   * that wrote the state did not record it.
   *
   * @param engine what executed the local steps
   * @param instructions the instruction sets that it and its libraries used
   * @param precision of the convolutions
   * @param threads per worker
   */
  public record Arithmetic(String engine, String instructions, String precision, Integer threads) {

    /** One line per value that is different now that the training goes on. */
    public List<String> differences(Arithmetic now) {
      List<String> lines = new ArrayList<>();
      difference("engine", engine, now.engine).ifPresent(lines::add);
      difference("instructions", instructions, now.instructions).ifPresent(lines::add);
      difference("precision", precision, now.precision).ifPresent(lines::add);
      difference("threads", threads, now.threads).ifPresent(lines::add);
      return lines;
    }

    private static Optional<String> difference(String name, Object before, Object now) {
      return before == null || before.equals(now)
          ? Optional.empty()
          : Optional.of(
              "%s: the run used %s so far and goes on with %s; results may differ in their last bits"
                  .formatted(name, before, now));
    }
  }

  /**
   * The driver that kept a state which its run's storage did not accept.
   *
   * @param after the run's newest checkpoint then, or what stands for none
   */
  public record Kept(int term, String owner, String after) {}

  /** The same state, kept by a driver on its own machine. */
  public StateFile keptBy(Kept driver) {
    return new StateFile(version, counters, identity, data, initial, arithmetic, driver);
  }

  /** As JSON; the same content gives the same bytes. */
  public byte[] toJson() {
    return Json.bytes(this);
  }

  /**
   * Reads what {@link #toJson}, or version 0.1.0, wrote.
   *
   * @param source names the object in an error message
   * @throws CheckpointProblem if it is not a state, or is one of a newer version
   */
  public static StateFile fromJson(byte[] json, String source) {
    JsonNode tree = Json.tree(json, StateFile.class, source);
    if (!tree.has("version")) {
      return StateOfVersion1.read(Json.read(json, Metadata.class, source), source);
    }
    int version = tree.path("version").asInt();
    if (version > VERSION) {
      throw new CheckpointProblem(
          String.format(
              Locale.ROOT,
              "%s: has version %d, this program knows versions up to %d; use the newer program",
              source,
              version,
              VERSION));
    }
    return Json.read(json, StateFile.class, source);
  }
}
