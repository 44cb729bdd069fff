package org.googlenet.app.io;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.googlenet.profile.Profile;
import org.googlenet.profile.StepProfile;

/** Shows where the time of a training goes, as tables. */
public final class ProfileTable {

  private static final double NOTABLE = 0.01;
  private static final String DASH = "-";

  private ProfileTable() {}

  /**
   * Prints the tables.
   *
   * @param allLayers whether to show layers of less than a hundredth of the whole, too
   */
  public static void print(PrintWriter out, Profile profile, boolean allLayers) {
    line(
        out,
        "engine %s %s (%s), a batch of %d images of %d x %d, %s",
        profile.engine(),
        profile.precision(),
        profile.instructions(),
        profile.batch(),
        profile.side(),
        profile.side(),
        threads(profile.threads()));
    line(
        out,
        "reading and decoding a batch: %.1f ms with %s, %.0f images/s",
        profile.decoding().ms(),
        threads(profile.decoding().threads()),
        1e3 * profile.batch() / profile.decoding().ms());
    step(out, "a training step", profile.batch(), profile.training(), allLayers);
    step(out, "a forward pass of the first head", profile.batch(), profile.forward(), allLayers);
    Profile.Traced trace = profile.trace();
    if (trace != null) {
      line(
          out,
          "%n%s: round %d, %.2f s, of %d workers, %,d parts; open it in ui.perfetto.dev or chrome://tracing",
          trace.file(),
          trace.round(),
          trace.seconds(),
          trace.workers(),
          trace.spans());
    }
  }

  private static void step(
      PrintWriter out, String what, int batch, StepProfile step, boolean allLayers) {
    line(out, "%n%s: %.1f ms, %.1f images/s", what, step.ms(), 1e3 * batch / step.ms());
    rows(out, "kind", step.kinds(), List.of());
    List<StepProfile.Part> shown =
        step.layers().stream().filter(part -> allLayers || isShown(part)).toList();
    out.println();
    rows(out, "layer", shown, step.layers().stream().filter(p -> !shown.contains(p)).toList());
  }

  /** What is no layer would be counted as one among the rest. */
  private static boolean isShown(StepProfile.Part part) {
    return part.share() >= NOTABLE
        || part.name().equals(StepProfile.UPDATE)
        || part.name().equals(StepProfile.REST);
  }

  private static void rows(
      PrintWriter out, String title, List<StepProfile.Part> parts, List<StepProfile.Part> rest) {
    int width = parts.stream().mapToInt(part -> part.name().length()).reduce(24, Math::max);
    String form = "  %-" + width + "s %9s %9s %9s %7s %9s";
    line(out, form, title, "forward", "backward", "ms", "share", "bare ms");
    parts.forEach(part -> row(out, form, part.name(), part));
    if (!rest.isEmpty()) {
      row(out, form, rest.size() + " other layers", sum(rest));
    }
  }

  private static void row(PrintWriter out, String form, String name, StepProfile.Part part) {
    line(
        out,
        form,
        name,
        ms(part.forwardMs()),
        ms(part.backwardMs()),
        ms(part.ms()),
        String.format(Locale.ROOT, "%.1f%%", 100 * part.share()),
        part.bareMs() == null ? DASH : ms(part.bareMs()));
  }

  private static StepProfile.Part sum(List<StepProfile.Part> parts) {
    double bare = parts.stream().mapToDouble(p -> p.bareMs() == null ? 0 : p.bareMs()).sum();
    return new StepProfile.Part(
        "",
        "",
        parts.stream().mapToDouble(StepProfile.Part::ms).sum(),
        parts.stream().mapToDouble(StepProfile.Part::forwardMs).sum(),
        parts.stream().mapToDouble(StepProfile.Part::backwardMs).sum(),
        parts.stream().mapToDouble(StepProfile.Part::share).sum(),
        bare == 0 ? null : bare);
  }

  private static String ms(double ms) {
    return ms == 0 ? DASH : String.format(Locale.ROOT, "%.2f", ms);
  }

  private static String threads(int number) {
    return number == 1 ? "1 thread" : number + " threads";
  }

  private static void line(PrintWriter out, String form, Object... values) {
    out.printf(Locale.ROOT, form + "%n", values);
  }
}
