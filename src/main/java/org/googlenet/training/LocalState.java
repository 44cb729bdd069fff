package org.googlenet.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.googlenet.common.Failure;
import org.googlenet.common.Problem;
import org.googlenet.recipe.Recipe;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.CheckpointId;
import org.googlenet.run.Lease;
import org.googlenet.run.Manifest;
import org.googlenet.run.RunFiles;
import org.googlenet.run.RunHistory;
import org.googlenet.run.StateFile;
import org.googlenet.run.Term;
import org.googlenet.storage.FileStore;
import org.googlenet.storage.Location;
import org.googlenet.storage.ObjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the state of a training on this machine if the run's storage does not accept it, until the
 * same command is given again and goes on from it.
 *
 * <p>The state is stored in a small run of its own, so that it is whole or absent and has
 * checksums. It is below the first of these folders that is writable: that of the system property
 * {@value #FOLDER}, {@code ~/.googlenet/kept}, or {@code googlenet-kept} in the folder of temporary
 * files.
 *
 * @param run path or URI of the run that the state belongs to
 * @param folders where it may be, the most preferred first
 */
record LocalState(String run, List<Path> folders) {

  static final String FOLDER = "googlenet.kept";

  private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);

  /** How long to try one folder; there are others. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration LEASE = Duration.ofMinutes(1);

  /**
   * A state to go on from.
   *
   * @param folder where it is
   * @param checkpoint in the small run
   * @param events of the rounds that are in no checkpoint of the run, as JSON lines
   */
  record Found(Path folder, Checkpoint checkpoint, StateFile stateFile, String events) {

    int round() {
      return checkpoint.manifest().round();
    }

    /** The metrics of its evaluation; empty if it was not evaluated. */
    Map<String, Double> metrics() {
      return checkpoint.manifest().metadata().metrics();
    }

    /**
     * Whether a driver that goes on from the checkpoint of its lease may go on from here instead.
     */
    boolean follows(Lease lease, List<Term> terms) {
      if (lease.start().isEmpty()) {
        return isAfter(lease.start()) && isLastBut(lease.term(), terms);
      }
      Manifest start = lease.start().get();
      // By the same driver: a write that it had given up was carried out after all.
      boolean isItsOwn = isOf(start.term(), start.owner()) && start.round() < round();
      return isItsOwn || (isAfter(lease.start()) && terms.stream().anyMatch(this::isOf));
    }

    /** Whether the run has all of it: the same driver's write was carried out after all. */
    boolean isInRun(Lease lease) {
      return lease
          .start()
          .filter(start -> isOf(start.term(), start.owner()) && start.round() >= round())
          .isPresent();
    }

    private boolean isAfter(Optional<Manifest> start) {
      return kept().filter(by -> after(start).equals(by.after())).isPresent();
    }

    private boolean isOf(Term term) {
      return isOf(term.number(), term.owner());
    }

    private boolean isOf(int term, String owner) {
      return kept().filter(by -> by.term() == term && by.owner().equals(owner)).isPresent();
    }

    /**
     * Whether the last term before our own kept this state: a run without a checkpoint may have
     * been begun anew since then.
     */
    private boolean isLastBut(Term own, List<Term> terms) {
      return terms.stream()
          .filter(term -> term.begun() && term.number() < own.number())
          .reduce((earlier, later) -> later)
          .filter(this::isOf)
          .isPresent();
    }

    private Optional<StateFile.Kept> kept() {
      return Optional.ofNullable(stateFile.kept());
    }
  }

  LocalState {
    folders = List.copyOf(folders);
  }

  /** The local state of a recipe's run. */
  static LocalState of(Recipe recipe) {
    String run = recipe.location();
    String place = Location.isUri(run) ? run : Path.of(run).toAbsolutePath().toString();
    String name = recipe.run() + "-" + UUID.nameUUIDFromBytes(place.getBytes(UTF_8));
    Path home = Path.of(System.getProperty("user.home"));
    List<Path> folders = new ArrayList<>();
    Optional.ofNullable(System.getProperty(FOLDER)).map(Path::of).ifPresent(folders::add);
    if (home.isAbsolute()) { // for a user without an entry in passwd it is '?'
      folders.add(home.resolve(".googlenet").resolve("kept"));
    }
    folders.add(Path.of(System.getProperty("java.io.tmpdir"), "googlenet-kept"));
    return new LocalState(run, folders.stream().map(folder -> folder.resolve(name)).toList());
  }

  /**
   * Keeps a state, replacing an earlier one of the run.
   *
   * @param lease of the run
   * @param newest the newest checkpoint of the run
   * @param events of the rounds that are in no checkpoint of the run, as JSON lines
   * @return where it is
   * @throws IOException if no folder accepts it
   */
  Path keep(
      Lease lease,
      Optional<Manifest> newest,
      Progress progress,
      CheckpointCodec codec,
      String events)
      throws IOException {
    StateFile.Kept by =
        new StateFile.Kept(lease.term().number(), lease.term().owner(), after(newest));
    String name = new CheckpointId(progress.state().round(), lease.term().number()).toString();
    IOException failure = new IOException("no folder to keep it in");
    for (Path folder : folders) {
      try {
        Path target = folder.resolve(name);
        delete(target);
        write(target, progress, codec, by, events);
        deleteOthers(target);
        return target;
      } catch (IOException | RuntimeException e) {
        failure = new IOException(folder + ": " + Failure.of(e).message(), e);
      }
    }
    throw failure;
  }

  /**
   * Deletes earlier states, which this driver went on from or passed over. A state that cannot be
   * deleted does no harm.
   */
  private void deleteOthers(Path kept) {
    for (Path folder : folders) {
      try {
        for (Path other : statesIn(folder)) {
          if (!other.equals(kept)) {
            delete(other);
          }
        }
      } catch (IOException e) {
        LOG.warn("{}: a state that was kept there is of no use any more: {}", folder, e.toString());
      }
    }
  }

  private static void write(
      Path folder, Progress progress, CheckpointCodec codec, StateFile.Kept by, String events)
      throws IOException {
    makePrivate(folder.getParent());
    try (Lease lease = Lease.acquire(store(folder), Lease.newOwner(), LEASE, Clock.systemUTC())) {
      codec.write(lease, progress, codec.stateFile(progress).keptBy(by));
      new RunFiles(lease)
          .writeEvents(progress.state().round(), ObjectStore.Body.of(events.getBytes(UTF_8)));
      lease.end();
    }
  }

  /**
   * Creates a folder that only this user can read: the folder of temporary files is shared by all.
   */
  private static void makePrivate(Path folder) throws IOException {
    Files.createDirectories(folder.getParent());
    if (Files.isDirectory(folder)) {
      return;
    }
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /**
   * The states here that verify, the latest first.
   *
   * @param damaged receives the problem of each that does not
   * @throws IOException if one cannot be read at the moment
   */
  List<Found> find(Consumer<Problem> damaged) throws IOException {
    List<Found> found = new ArrayList<>();
    for (Path folder : folders) {
      for (Path state : statesIn(folder)) {
        try {
          read(state).ifPresent(found::add);
        } catch (Problem problem) {
          damaged.accept(problem);
        }
      }
    }
    found.sort(Comparator.comparing(Found::round).reversed());
    return found;
  }

  /** The states in a folder; what another user put there is ignored. */
  private static List<Path> statesIn(Path folder) throws IOException {
    if (!Files.isDirectory(folder) || !isOurs(folder)) {
      return List.of();
    }
    try (Stream<Path> states = Files.list(folder)) {
      return states.sorted().toList();
    }
  }

  private static Optional<Found> read(Path folder) throws IOException {
    ObjectStore store = store(folder);
    Optional<Manifest> newest = RunHistory.read(store).newestThatVerifies(store).manifest();
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    Checkpoint checkpoint = new Checkpoint(store, newest.get());
    StringBuilder events = new StringBuilder();
    for (ObjectStore.Entry entry : store.list("metrics")) {
      try (InputStream in = store.read(entry.name())) {
        events.append(new String(in.readAllBytes(), UTF_8));
      }
    }
    return Optional.of(
        new Found(
            folder, checkpoint, CheckpointCodec.readStateFile(checkpoint), events.toString()));
  }

  /** Whether the folder belongs to the user of this process, as far as the system shows it. */
  private static boolean isOurs(Path folder) throws IOException {
    Path self = Path.of("/proc/self");
    return !Files.exists(self) || Files.getOwner(self).equals(Files.getOwner(folder));
  }

  /** Deletes a state that is no longer needed. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static ObjectStore store(Path folder) {
    return new FileStore(folder.toString(), folder, PATIENCE);
  }

  private static String after(Optional<Manifest> checkpoint) {
    return checkpoint.map(Manifest::id).map(CheckpointId::toString).orElse("the beginning");
  }
}
