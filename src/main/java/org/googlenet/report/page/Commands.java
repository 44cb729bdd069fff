package org.googlenet.report.page;

import java.util.regex.Pattern;

/** The commands that go on with a run, and that repeat it, as a shell takes them. */
final class Commands {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

  private static final String TEXTFILE = "report.textfile";
  private static final String NONE = "none";

  private Commands() {}

  /** Goes on with a run, or tells that nothing is left to do. */
  static String goOn(RunData run) {
    return "scripts/googlenet train " + quoted(run.location() + "/recipe.yaml");
  }

  /** Trains the same again, as a run of another name beside it. */
  static String repeat(RunData run) {
    String id = run.location().replaceFirst("/+$", "").replaceFirst(".*/", "");
    String start = run.beganWith().map(from -> " --init-from " + quoted(from)).orElse("");
    String file =
        run.described()
            .map(known -> known.recipe().getOrDefault(TEXTFILE, NONE))
            .filter(path -> !path.equals(NONE))
            .map(path -> " --set " + TEXTFILE + "=" + NONE) // each run needs one of its own
            .orElse("");
    return goOn(run) + " --run " + quoted(id + "-again") + start + file;
  }

  static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
