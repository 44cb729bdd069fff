package org.googlenet.common;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses where JavaCPP unpacks the native libraries in this JVM: the first folder that is
 * writable, allows execution and has room.
 *
 * <p>JavaCPP by itself takes the first folder that it can create, even one that does not allow
 * execution, and then a class's initialiser fails for good. So every class that calls native code
 * calls {@link #choose} first.
 */
public final class NativeFolder {

  private static final Logger LOG = LoggerFactory.getLogger(NativeFolder.class);

  /** JavaCPP's own name for the folder. */
  static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

  /** How a user sets another folder. */
  static final String SETTING =
      "-D"
          + PROPERTY
          + "=DIR (in GOOGLENET_JAVA_OPTS; with spark-submit in spark.driver.extraJavaOptions and spark.executor.extraJavaOptions)";

  private static final long BYTES = 600L << 20;

  private NativeFolder() {}

  /**
   * Chooses the folder, and logs a warning if it is not the first candidate. If no folder will do,
   * {@link #refusals} says why.
   */
  public static void choose() {
    Map<Path, String> refusals = new LinkedHashMap<>();
    Path folder = first(refusals);
    if (folder != null && !refusals.isEmpty()) {
      LOG.warn("native libraries are unpacked to {}, since {}", folder, text(refusals));
      System.setProperty(PROPERTY, folder.toString());
    }
  }

  /** Why none of the folders will do; empty if one will. */
  static String refusals() {
    Map<Path, String> refusals = new LinkedHashMap<>();
    return first(refusals) == null ? text(refusals) : "";
  }

  /**
   * The first folder that will do, or null; the ones before it go into the map, each with the
   * reason.
   */
  private static Path first(Map<Path, String> refusals) {
    List<Path> candidates = candidates();
    for (Path folder : candidates) {
      String refusal = refusal(folder, !folder.equals(candidates.get(0)));
      if (refusal == null) {
        return folder;
      }
      refusals.put(folder, refusal);
    }
    return null;
  }

  private static String text(Map<Path, String> refusals) {
    List<String> texts = new ArrayList<>();
    refusals.forEach((folder, refusal) -> texts.add(folder + " " + refusal));
    return String.join(", ", texts);
  }

  /** The user's folder, JavaCPP's default, and the machine's folders for large temporary files. */
  private static List<Path> candidates() {
    String own = "javacpp-" + System.getProperty("user.name").replaceAll("[^A-Za-z0-9._-]", "_");
    Stream<String> home = Stream.of(System.getProperty(PROPERTY), home());
    Stream<String> scratch =
        Stream.of(
                System.getProperty("java.io.tmpdir"),
                System.getProperty("spark.local.dir"),
                System.getenv("LOCAL_DIRS"),
                System.getenv("SPARK_LOCAL_DIRS"),
                "/var/tmp")
            .filter(Objects::nonNull)
            .flatMap(folders -> Stream.of(folders.split(",", -1)))
            .map(folder -> folder.strip() + File.separator + own);
    return Stream.concat(home, scratch)
        .filter(Objects::nonNull)
        .map(Path::of)
        .filter(Path::isAbsolute)
        .distinct()
        .toList();
  }

  private static String home() {
    return Path.of(System.getProperty("user.home"), ".javacpp", "cache").toString();
  }

  /**
   * Why the libraries cannot be unpacked to a folder and loaded from it, or null.
   *
   * @param shared whether other users may write beside it: what they put there is not loaded
   */
  private static String refusal(Path folder, boolean shared) {
    try {
      make(folder);
      Path probe = Files.createTempFile(folder, "probe", null);
      try {
        if (shared && !Files.getOwner(folder).equals(Files.getOwner(probe))) {
          return "is another user's";
        }
        return refusal(folder);
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      return "cannot be written (" + reason(e) + ")";
    }
  }

  private static String refusal(Path folder) throws IOException {
    if (isNoexec(folder.toRealPath())) {
      return "is mounted noexec";
    }
    long room = Files.getFileStore(folder).getUsableSpace() + unpacked(folder);
    return room >= BYTES ? null : "has room for %s MB of %s".formatted(room >> 20, BYTES >> 20);
  }

  private static void make(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder.getParent());
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /** Whether Linux's list of mounts says so; on other systems it is false. */
  private static boolean isNoexec(Path folder) throws IOException {
    Path mounts = Path.of("/proc/self/mounts");
    Path nearest = Path.of("/");
    boolean noexec = false;
    for (String line :
        Files.exists(mounts)
            ? Files.readAllLines(mounts, Charset.defaultCharset())
            : List.<String>of()) {
      String[] fields = line.split(" ", -1);
      Path mount = Path.of(unescaped(fields[1]));
      if (folder.startsWith(mount) && mount.startsWith(nearest)) {
        nearest = mount;
        noexec = List.of(fields[3].split(",", -1)).contains("noexec");
      }
    }
    return noexec;
  }

  private static String unescaped(String mount) {
    return mount.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
  }

  /** Number of bytes that this program's jar has already unpacked there. */
  private static long unpacked(Path folder) throws IOException {
    Path ofJar = folder.resolve(jar());
    if (!Files.isDirectory(ofJar)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(ofJar)) {
      return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    }
  }

  /** JavaCPP's name for the folder of what it unpacks from this program's jar. */
  private static Path jar() {
    CodeSource source = NativeFolder.class.getProtectionDomain().getCodeSource();
    try {
      return Path.of(source.getLocation().toURI()).getFileName();
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Path.of("no-jar");
    }
  }

  private static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "no permission";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return failure.getMessage() + " is no folder";
    }
    boolean hasReason = failure instanceof FileSystemException file && file.getReason() != null;
    return hasReason ? ((FileSystemException) failure).getReason() : failure.getMessage();
  }
}
