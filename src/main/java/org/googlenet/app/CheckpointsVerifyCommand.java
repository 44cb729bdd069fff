package org.googlenet.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.googlenet.app.io.Formats;
import org.googlenet.app.option.FormatOption;
import org.googlenet.app.option.SparkOptions;
import org.googlenet.common.ExitCode;
import org.googlenet.registry.SavedModel;
import org.googlenet.run.Blobs;
import org.googlenet.run.Checkpoint;
import org.googlenet.run.CheckpointProblem;
import org.googlenet.run.Inventory;
import org.googlenet.run.Manifest;
import org.googlenet.storage.ObjectStore;
import org.googlenet.storage.StorageProblem;
import org.googlenet.storage.Stores;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code googlenet checkpoints verify}: checks whether every byte is what the manifests say. */
@Command(
    name = "verify",
    description =
        "Reads every byte of a checkpoint, or of all that a run may go on from, and compares it with"
            + " the checksums. Ends with 2 if one is damaged.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  googlenet checkpoints verify runs/sample",
      "  googlenet checkpoints verify runs/sample/checkpoints/000012-0001",
      "  googlenet checkpoints verify models --format json"
    })
final class CheckpointsVerifyCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "RUN-or-CHECKPOINT",
      description =
          "Path or URI of a run, a checkpoint, a promoted model or a folder of promoted models (its"
              + " champion).")
  private String location;

  @Mixin private FormatOption format;

  @Mixin private SparkOptions spark;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** One checkpoint or model, as JSON has it; {@code defect} is null if there is none. */
  record Verified(String location, long bytes, String defect) {}

  @Override
  public Integer call() {
    List<Verified> verified = verify();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("location", location);
    json.put("checkpoints", verified);
    // The lines for people have been printed already.
    format.print(json, out -> {});
    List<String> damaged =
        verified.stream().filter(one -> one.defect() != null).map(Verified::location).toList();
    if (!damaged.isEmpty()) {
      throw new CheckpointProblem(
          String.format(
              Locale.ROOT,
              "%s: %d of %d damaged: %s; restore it from a copy; docs/checkpoints.md says what to do without one",
              location,
              damaged.size(),
              verified.size(),
              String.join(", ", damaged)));
    }
    return ExitCode.DONE;
  }

  private List<Verified> verify() {
    try {
      Stores stores = spark.stores();
      Optional<SavedModel> one = SavedModel.named(stores, location);
      return one.isPresent()
          ? List.of(tell(verify(one.get().blobs())))
          : verifyRun(stores, stores.open(location));
    } catch (IOException e) {
      throw StorageProblem.at(location, e);
    }
  }

  private List<Verified> verifyRun(Stores stores, ObjectStore run) throws IOException {
    Inventory inventory = Inventory.of(run);
    PrintWriter err = spec.commandLine().getErr();
    inventory.history().gaps().forEach(gap -> err.println("warning: " + gap));
    err.flush();
    List<Verified> verified = new ArrayList<>();
    for (Manifest manifest : inventory.history().checkpoints()) {
      Checkpoint checkpoint = new Checkpoint(run, manifest);
      Verified one = verify(checkpoint.blobs());
      // A driver may have deleted it while it was being read.
      if (one.defect() == null || Checkpoint.find(stores, checkpoint.location()).isPresent()) {
        verified.add(tell(one));
      }
    }
    for (String unreadable : inventory.history().warnings()) {
      String[] placeAndDefect = unreadable.split(": ", 2);
      verified.add(tell(new Verified(placeAndDefect[0], 0, placeAndDefect[1])));
    }
    return verified;
  }

  private static Verified verify(Blobs blobs) throws IOException {
    return new Verified(blobs.location(), blobs.size(), blobs.defect().orElse(null));
  }

  /** Prints each result at once, since reading takes time. */
  private Verified tell(Verified one) {
    if (!format.isJson()) {
      print(
          "%s  %s%n",
          one.location(),
          one.defect() == null ? "ok, " + Formats.megabytes(one.bytes()) : one.defect());
    }
    return one;
  }

  private void print(String form, Object... values) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(form, values);
    out.flush();
  }
}
