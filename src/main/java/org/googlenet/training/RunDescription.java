package org.googlenet.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.googlenet.data.Dataset;
import org.googlenet.recipe.Recipe;
import org.googlenet.recipe.RecipeLoader;
import org.googlenet.report.TrainingEvent.DataUsed;
import org.googlenet.report.TrainingEvent.Described;

/** What exactly a driver trains, and with what, for those who keep a record of trainings. */
final class RunDescription {

  private RunDescription() {}

  static Described of(JavaSparkContext spark, TrainingSetup setup) {
    Recipe recipe = setup.recipe();
    return new Described(
        RecipeLoader.values(recipe),
        RecipeLoader.changed(recipe),
        List.of(used("train", setup.train()), used("validation", setup.validation())),
        versions(spark));
  }

  private static DataUsed used(String role, Dataset dataset) {
    return new DataUsed(
        role,
        dataset.location(),
        dataset.fingerprint(),
        dataset.records(),
        dataset.classNames());
  }

  private static Map<String, String> versions(JavaSparkContext spark) {
    Map<String, String> versions = new LinkedHashMap<>();
    // A class that was not packaged has no version.
    versions.put(
        "googlenet",
        Optional.ofNullable(RunDescription.class.getPackage().getImplementationVersion())
            .orElse("unpackaged"));
    versions.put("java", System.getProperty("java.version"));
    versions.put("spark", spark.version());
    versions.put(
        "os",
        String.join(
            " ",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch")));
    commit(Path.of("").toAbsolutePath()).ifPresent(commit -> versions.put("git", commit));
    return versions;
  }

  /** The commit that a folder, or one above it, has checked out, by git's own files. */
  static Optional<String> commit(Path folder) {
    for (Path place = folder; place != null; place = place.getParent()) {
      Path git = place.resolve(".git");
      if (Files.exists(git)) {
        try {
          return commitIn(Files.isDirectory(git) ? git : linked(git));
        } catch (IOException | RuntimeException unreadable) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /** Of a worktree, {@code .git} is a file that names its folder. */
  private static Path linked(Path file) throws IOException {
    String target = Files.readString(file).replaceFirst("^gitdir: *", "").strip();
    return file.resolveSibling(target);
  }

  private static Optional<String> commitIn(Path git) throws IOException {
    String head = Files.readString(git.resolve("HEAD")).strip();
    if (!head.startsWith("ref: ")) {
      return Optional.of(head);
    }
    String ref = head.substring("ref: ".length());
    Path common = git.resolve("commondir");
    Path refs =
        Files.exists(common) ? git.resolve(Files.readString(common).strip()).normalize() : git;
    if (Files.exists(refs.resolve(ref))) {
      return Optional.of(Files.readString(refs.resolve(ref)).strip());
    }
    Path packed = refs.resolve("packed-refs");
    return Files.exists(packed)
        ? Files.readAllLines(packed).stream()
            .filter(line -> line.endsWith(" " + ref))
            .map(line -> line.substring(0, line.indexOf(' ')))
            .findFirst()
        : Optional.empty();
  }
}
